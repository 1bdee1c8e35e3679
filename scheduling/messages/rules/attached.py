"""The e-mail to which a document is attached: it says from whom, and nothing of what it is. Pure."""

# What became of it.
WAITING, SENT, FAILED, BOUNCED = "waiting", "sent", "failed", "bounced"

SUBJECT = {
    "en": "A document from {}",
    "fr": "Un document de {}",
    "es": "Un documento de {}",
    "de": "Ein Dokument von {}",
}
TEXT = {
    "en": "Hello,\n\n{} sends you the document that is attached.\n",
    "fr": "Bonjour,\n\n{} vous envoie le document ci-joint.\n",
    "es": "Hola:\n\n{} le envía el documento adjunto.\n",
    "de": "Guten Tag,\n\n{} sendet Ihnen das Dokument im Anhang.\n",
}


def subject_of(clinic: str, language: str) -> str:
    return SUBJECT[language].format(clinic)


def text_of(clinic: str, language: str) -> str:
    return TEXT[language].format(clinic)
