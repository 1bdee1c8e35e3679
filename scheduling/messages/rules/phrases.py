"""The sentences of messages, in four languages."""

from collections.abc import Mapping

from scheduling.messages.rules.due import Kind

Said = Mapping[str, str]  # by language

SUBJECT = {"en": "Your appointment", "fr": "Votre rendez-vous", "es": "Su cita", "de": "Ihr Termin"}
SUBJECTS = {"en": "Your appointments", "fr": "Vos rendez-vous", "es": "Sus citas", "de": "Ihre Termine"}
EVENT = {"en": "Appointment", "fr": "Rendez-vous", "es": "Cita", "de": "Termin"}  # in a calendar
HELLO = {"en": "Hello,", "fr": "Bonjour,", "es": "Hola:", "de": "Guten Tag,"}
NEWS: Mapping[Kind, Said] = {
    "booked": {
        "en": "Your appointment at {clinic} is booked:",
        "fr": "Votre rendez-vous à {clinic} est fixé :",
        "es": "Su cita en {clinic} está reservada:",
        "de": "Ihr Termin bei {clinic} ist gebucht:",
    },
    "changed": {
        "en": "Your appointment at {clinic} has a new time:",
        "fr": "Votre rendez-vous à {clinic} a une nouvelle heure :",
        "es": "Su cita en {clinic} tiene una nueva hora:",
        "de": "Ihr Termin bei {clinic} hat eine neue Zeit:",
    },
    "cancelled": {
        "en": "Your appointment at {clinic} is cancelled. It was:",
        "fr": "Votre rendez-vous à {clinic} est annulé. Il était prévu :",
        "es": "Su cita en {clinic} está cancelada. Era:",
        "de": "Ihr Termin bei {clinic} ist abgesagt. Er war:",
    },
    "late": {
        "en": "We are running about {late} minutes late. You can come that much later to your appointment at {clinic}:",
        "fr": "Nous avons environ {late} minutes de retard. Vous pouvez venir d'autant plus tard à votre rendez-vous "
        "à {clinic} :",
        "es": "Llevamos unos {late} minutos de retraso. Puede venir ese tiempo más tarde a su cita en {clinic}:",
        "de": "Wir sind etwa {late} Minuten verspätet. Sie können um so viel später zu Ihrem Termin bei {clinic} "
        "kommen:",
    },
    "reminder": {
        "en": "This is a reminder of your appointment at {clinic}:",
        "fr": "Nous vous rappelons votre rendez-vous à {clinic} :",
        "es": "Le recordamos su cita en {clinic}:",
        "de": "Wir erinnern Sie an Ihren Termin bei {clinic}:",
    },
}
SEVERAL: Mapping[Kind, Said] = {
    "booked": {
        "en": "Your appointments at {clinic} are booked:",
        "fr": "Vos rendez-vous à {clinic} sont fixés :",
        "es": "Sus citas en {clinic} están reservadas:",
        "de": "Ihre Termine bei {clinic} sind gebucht:",
    },
    "reminder": {
        "en": "This is a reminder of your appointments at {clinic}:",
        "fr": "Nous vous rappelons vos rendez-vous à {clinic} :",
        "es": "Le recordamos sus citas en {clinic}:",
        "de": "Wir erinnern Sie an Ihre Termine bei {clinic}:",
    },
}  # a change or a cancellation is of one
BEFORE = {
    "en": "The earlier time no longer holds: {before}.",
    "fr": "L'heure précédente n'est plus valable : {before}.",
    "es": "La hora anterior ya no es válida: {before}.",
    "de": "Die frühere Zeit gilt nicht mehr: {before}.",
}
CONFIRM = {
    "en": "To confirm that you are coming:",
    "fr": "Pour confirmer votre venue :",
    "es": "Para confirmar que viene:",
    "de": "Um zu bestätigen, dass Sie kommen:",
}
CANCEL = {
    "en": "If you cannot come, please cancel here:",
    "fr": "Si vous ne pouvez pas venir, annulez ici :",
    "es": "Si no puede venir, cancele aquí:",
    "de": "Wenn Sie nicht kommen können, sagen Sie bitte hier ab:",
}
ATTACHED = {
    "en": "The attached file keeps your calendar up to date.",
    "fr": "Le fichier joint met à jour votre agenda.",
    "es": "El archivo adjunto actualiza su calendario.",
    "de": "Die angehängte Datei hält Ihren Kalender aktuell.",
}
PHONE = {
    "en": "Questions? Call {phone}.",
    "fr": "Des questions ? Appelez le {phone}.",
    "es": "¿Preguntas? Llame al {phone}.",
    "de": "Fragen? Rufen Sie uns an: {phone}.",
}
NO_REPLY = {
    "en": "Nobody reads answers to this address.",
    "fr": "Les réponses à cette adresse ne sont pas lues.",
    "es": "Nadie lee las respuestas a esta dirección.",
    "de": "Antworten an diese Adresse werden nicht gelesen.",
}

# --- Nobody comes: by phone or video ---------------------------------------------------------------------------------

REMOTE: Mapping[str, Said] = {
    "phone": {
        "en": "By phone: we call you. You need not come to the clinic.",
        "fr": "Par téléphone : nous vous appelons. Vous n'avez pas à vous déplacer.",
        "es": "Por teléfono: le llamamos. No tiene que venir a la clínica.",
        "de": "Am Telefon: Wir rufen Sie an. Sie müssen nicht in die Praxis kommen.",
    },
    "video": {
        "en": "By video. You need not come to the clinic.",
        "fr": "Par vidéo. Vous n'avez pas à vous déplacer.",
        "es": "Por vídeo. No tiene que venir a la clínica.",
        "de": "Per Video. Sie müssen nicht in die Praxis kommen.",
    },
}
REMOTE_PLACE: Mapping[str, Said] = {
    "phone": {"en": "By phone", "fr": "Par téléphone", "es": "Por teléfono", "de": "Am Telefon"},
    "video": {"en": "By video", "fr": "Par vidéo", "es": "Por vídeo", "de": "Per Video"},
}  # in a calendar
LATE_REMOTE = {
    "en": "We are running about {late} minutes late. Your appointment with {clinic} begins that much later:",
    "fr": "Nous avons environ {late} minutes de retard. Votre rendez-vous avec {clinic} commence d'autant plus tard :",
    "es": "Llevamos unos {late} minutos de retraso. Su cita con {clinic} empieza ese tiempo más tarde:",
    "de": "Wir sind etwa {late} Minuten verspätet. Um so viel später beginnt Ihr Termin mit {clinic}:",
}
CONFIRM_REMOTE = {
    "en": "To confirm that the time suits you:",
    "fr": "Pour confirmer que l'heure vous convient :",
    "es": "Para confirmar que la hora le va bien:",
    "de": "Um zu bestätigen, dass die Zeit Ihnen passt:",
}
CANCEL_REMOTE = {
    "en": "If it does not suit you, please cancel here:",
    "fr": "Si elle ne vous convient pas, annulez ici :",
    "es": "Si no le va bien, cancele aquí:",
    "de": "Wenn sie Ihnen nicht passt, sagen Sie bitte hier ab:",
}

# --- Of one among several, or for somebody else ----------------------------------------------------------------------

CONFIRM_OF = {
    "en": "To confirm this one ({whose}, {time}):",
    "fr": "Pour confirmer celui-ci ({whose}, {time}) :",
    "es": "Para confirmar esta ({whose}, {time}):",
    "de": "Um diesen zu bestätigen ({whose}, {time}):",
}
CANCEL_OF = {
    "en": "To cancel only this one ({whose}, {time}):",
    "fr": "Pour n'annuler que celui-ci ({whose}, {time}) :",
    "es": "Para cancelar solo esta ({whose}, {time}):",
    "de": "Um nur diesen abzusagen ({whose}, {time}):",
}
ANOTHER_TIME = {
    "en": "For another time, call {phone}.",
    "fr": "Pour un autre rendez-vous, appelez le {phone}.",
    "es": "Para otra hora, llame al {phone}.",
    "de": "Für eine andere Zeit rufen Sie uns an: {phone}.",
}
