"""What a person types into the forms of the site, where the form itself does not say it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from clinnet import clock
from scheduling.waitlist.forms import WITHDRAWN
from tests.records.cda_files import Who, document
from tests.wall.asking import Sendable
from tests.wall.money import shown_at_checkout
from tests.wall.schedule import LAST_DAY, the_day
from tests.wall.world import World, patient_of


def _photo() -> bytes:
    with BytesIO() as file:
        Image.new("RGB", (64, 64)).save(file, "PNG")
        return file.getvalue()


def _document(world: World) -> bytes:
    """One about the patient."""
    patient = patient_of(world)
    born = (patient.birth_date or "").replace("-", "")
    return document(title="Newly", who=Who("1", patient.family_name or "", patient.given_name or "", born))


class Upload(SimpleUploadedFile):
    """A file that can be sent again and again."""

    def read(self, *size: Any) -> bytes:
        self.seek(0)
        return bytes(super().read(*size))


# What a person would type, by the name of the address that the form is sent to.
FILL: Mapping[str, Callable[[World], Mapping[str, Any]]] = {
    "search": lambda world: {"q": world.word},
    "new-service": lambda world: {"code": "NEW", "name": "Newly", "price": "1"},
    "service": lambda world: {"name": "Newly"},
    "new-payer": lambda world: {"name": "Newly", "percent": "80"},
    "payer": lambda world: {"name": "Newly"},
    "new-price-list": lambda world: {"name": "Newly"},
    "price-list": lambda world: {"name": "Newly"},
    "new-tax-class": lambda world: {"name": "Newly"},
    "tax-class": lambda world: {"name": "Newly"},
    "claim": lambda world: {"state": "sent"},
    "settle-claim": lambda world: {"paid": "1"},
    "remittance": lambda world: {"total": "1", f"paid-{world.first('bill_id')}~{world.first('payer_id')}": "1"},
    "nothing-to-bill": lambda world: {"why": "Free of charge"},
    "bounce": lambda world: {"reason": "Newly"},
    "prices": lambda world: {"percent": "3"},
    "services-in": lambda world: {"file": Upload("services.csv", b"Code,Name,Price\nNEWLY,Newly,1\n")},
    "checkout": lambda world: {"add": world.first("code"), "credit": "", **shown_at_checkout(world.scope, world.ids)},
    "credit": lambda world: {"reason": "Newly"},
    "refund": lambda world: {"amount": "1", "reason": "Newly"},
    "deposit": lambda world: {"amount": "1"},
    "call": lambda world: {"words": "Newly"},
    "write-off": lambda world: {"reason": "Newly"},
    "close-drawer": lambda world: {"reason": "Newly"},
    "find-document": lambda world: {"number": "1"},
    "record": lambda world: {"add": world.first("code")},
    "move-cash": lambda world: {"amount": "1", "reason": "Newly"},
    "reopen-drawer": lambda world: {"reason": "Newly"},
    "carry-over": lambda world: {"reason": "Newly"},
    "new": lambda world: {"family_name": "Newly", "given_name": "Come"},
    "new-check": lambda world: {"family_name": "Newly"},
    "new-relative": lambda world: {"family_name": "Newly", "given_name": "Come"},
    "log-contact": lambda world: {"text": "Rang", "callback_by": world.first("person")},
    "link-relative": lambda world: {"kind": "partner"},
    "add-outsider": lambda world: {"who": "Aunt", "kind": "carer"},
    "relative": lambda world: {"kind": "partner"},
    "details-group": lambda world: {
        "address_city": "Newtown",
        "own_1": "Other",
        "alerts-0-text": "Other",
        "pronouns": "they",
        "general_practitioner": "Dr New",
        "to_messages": "no",
        "policies-0-payer": "Other",
        "language": "de",
        "preferred_name": "Other",
        "notes": "Other",
        "national_id": "55",
        "email": "other@example.org",
        "practitioner_id": world.first("person"),
    },
    "photo-change": lambda world: {"photo": Upload("photo.png", _photo())},
    "archive": lambda world: {"reason": "Moved away"},
    "words": lambda world: {"reason": "Other", "note": "Other"},
    "cancel": lambda world: {"by": "patient", "reason": "Ill"},
    "block": lambda world: {
        "on": str(the_day()),
        "at": "17:00",
        "minutes": "15",
        "practitioner": world.first("practitioner_id"),
        "reason": "Cleaning",
    },
    "hours": lambda world: {"day-0-0-start": "08:00", "day-0-0-end": "12:00"},
    "new-days": lambda world: {
        "kind": "leave",
        "first": str(the_day() + LAST_DAY),
        "last": str(the_day() + LAST_DAY),
        "who": world.first("practitioner_id"),
    },
    "settings-clinic": lambda world: {"phone": "020 7946 0001"},
    "put-back": lambda world: {"names": "notes"},
    "own-fields": lambda world: {"fields-0-label": "Newly"},
    "settings-logo": lambda world: {"logo": Upload("logo.png", _photo())},
    "settings-money": lambda world: {"tax_included": "on"},
    "settings-day": lambda world: {"late_after": "7"},
    "settings-openings": lambda world: {"watch_many": "20"},
    "settings-messages": lambda world: {"reminders": "24"},
    "new-room": lambda world: {"name": "Newly"},
    "room": lambda world: {"name": "Newly"},
    "new-visit-type": lambda world: {"name": "Newly", "minutes": "20"},
    "visit-type": lambda world: {"name": "Newly", "minutes": "20"},
    "request-call": lambda world: {"outcome": "left word"},
    "withdraw": lambda world: {"reason": WITHDRAWN[0]},
    "new-template": lambda world: {"name": "Newly", "text": "# Newly"},
    "template": lambda world: {"name": "Newly", "text": "# Newly"},
    "new-letter-template": lambda world: {"name": "Newly", "kind": "letter", "text": "Newly"},
    "letter-template": lambda world: {"name": "Newly", "kind": "letter", "text": "Newly"},
    "write-letter": lambda world: {"title": "Newly", "text": "Newly"},
    "letter-in-error": lambda world: {"reason": "content"},
    "new-phrase": lambda world: {"short": "newly", "text": "Newly"},
    "phrase": lambda world: {"text": "Newly"},
    "own-phrase": lambda world: {"short": "newly", "text": "Newly"},
    "note": lambda world: {"s": "Newly", "step": "leave"},
    "cosign": lambda world: {"step": "back", "why": "Newly"},
    "addendum": lambda world: {"text": "Newly"},
    "add-line": lambda world: {"text": "allergy latex rash"},
    "immunise": lambda world: {"vaccine": "MMR"},
    "order": lambda world: {"what": "Lipids", "kind": "lab"},
    "new-result": lambda world: {"title": "Blood", "values": "CRP 48 mg/L"},
    "new-recall": lambda world: {
        "what": "Pressure",
        "due": str(clock.today("UTC") + timedelta(days=9)),
        "how": "phone",
    },
    "new-task": lambda world: {"what": "Phone", "due": str(clock.today("UTC") + timedelta(days=9)), "owner": "nurse"},
    "task": lambda world: {"owner": "doctor"},
    "recall-end": lambda world: {"how": "done"},
    "new-document": lambda world: {"file": Upload("sent.xml", _document(world))},
    "hand-in": lambda world: {"file": Upload("sent.xml", _document(world))},
    "incoming-drop": lambda world: {"why": "twice"},
    "look-at": lambda world: {"answer": "see"},
    "break-glass": lambda world: {"reason": "Needed at once, truly"},
    "review-glass": lambda world: {"found": "In order"},
    "in-error": lambda world: {"reason": "content"},
    "deceased": lambda world: {"on": "2026"},
    "called": lambda world: {"outcome": "left word"},
    "new-locum": lambda world: {
        "name": "Newly Sitting",
        "email": "sitting@example.org",
        "who": world.first("practitioner_id"),
        "first": str(the_day() + LAST_DAY),
        "last": str(the_day() + LAST_DAY),
    },
    "staff-invite": lambda world: {"name": "Newly Come", "email": "new@example.org", "roles": "nurse"},
    "staff-access": lambda world: {"title": "Newly"},
    "message-text": lambda world: {"text": "Hello {times}"},
}
# Fields that a form has once somebody was chosen, and whose id is then in them.
CHOSEN = {
    ("new", "link"): "patient_id",
    ("link-relative", "other"): "other_id",
    ("move-note", "other"): "other_id",
    ("incoming-other", "other"): "other_id",
}


def filled(form: Sendable, world: World) -> dict[str, Any]:
    typed = FILL[form.page.name](world) if form.page.name in FILL else {}
    chosen = {name: world.first(CHOSEN[form.page.name, name]) for page, name in CHOSEN if page == form.page.name}
    values = {name: value for name, value in typed.items() if name in form.form.names}
    return {**form.form.fields, **values, **({} if "typed" in form.form.fields else chosen)}
