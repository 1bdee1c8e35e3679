"""What is told: the outbox, messages about appointments, short links, documents sent by e-mail."""

from clinnet.table.keys.key import Key, Range


def outbox(clinic: str, due: str, id: str) -> Key:
    """GSI1 of an appointment while a message about it is due. `due` is a stamp: its UTC day names the bucket."""
    return Key(f"CLINIC#{clinic}#OUTBOX#{due[:10]}", f"{due}#{id}")


def parse_outbox(key: Key) -> str:
    """The stamp at which a message is due; empty for a key that is none of the outbox's."""
    return key.sk.partition("#")[0] if "#OUTBOX#" in key.pk else ""


def due_until(clinic: str, day: str, until: str) -> Range:
    """`day` is a UTC date, `until` a stamp."""
    return Range(f"CLINIC#{clinic}#OUTBOX#{day}", high=f"{until}~", gsi="GSI1")


def message(patient_id: str, appointment_id: str, id: str) -> Key:
    """A message that was sent, or could not be."""
    return Key(f"PAT#{patient_id}", f"MSG#{appointment_id}#{id}")


def messages_about(patient_id: str, appointment_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"MSG#{appointment_id}#")


def unsent(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a message that failed or bounced. `at` is a stamp: the month names the bucket."""
    return Key(f"CLINIC#{clinic}#UNSENT#{at[:7]}", f"{at}#{id}")


def unsent_since(clinic: str, month: str, since: str) -> Range:
    """`month` as 2026-11; `since` is a stamp."""
    return Range(f"CLINIC#{clinic}#UNSENT#{month}", low=since, gsi="GSI1")


def short_link(digest: str) -> Key:
    """What the link of a text message leads to. `digest` is of what stands in the address, which is not kept."""
    return Key(f"LINK#{digest}", "LINK")


def mail_state(clinic: str) -> Key:
    """Since when e-mail cannot be sent, and why."""
    return Key(f"CLINIC#{clinic}#CONFIG", "MAIL")


def mailing(patient_id: str, id: str) -> Key:
    """A copy of an invoice or a credit note, or a letter's e-mail; the id begins with the document's."""
    return Key(f"PAT#{patient_id}", f"MAILED#{id}")


def mailings_of(patient_id: str, bill: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"MAILED#{bill}")


def letter_mail_due(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a letter that goes by e-mail, until it left or cannot; `at` is when it is tried next."""
    return Key(f"CLINIC#{clinic}#LETTERMAIL", f"{at}#{id}")


def letter_mails_due(clinic: str, until: str) -> Range:
    return Range(f"CLINIC#{clinic}#LETTERMAIL", high=f"{until}~", gsi="GSI1")


def mailing_due(clinic: str, at: str, id: str) -> Key:
    """GSI1 of the same, until it left or cannot; `at` is when it is tried next."""
    return Key(f"CLINIC#{clinic}#MAILINGS", f"{at}#{id}")


def mailings_due(clinic: str, until: str) -> Range:
    return Range(f"CLINIC#{clinic}#MAILINGS", high=f"{until}~", gsi="GSI1")
