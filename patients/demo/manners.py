"""What happens to people while they are a clinic's patients: consents, needs, gaps, moves and deaths."""

import random
from datetime import date, timedelta

from patients.rules.shape import Alert, PatientData

from .households import Member

NICKNAMES = {
    "Margaret": "Peggy", "Elizabeth": "Liz", "Robert": "Bob", "William": "Bill", "James": "Jim", "Thomas": "Tom",
    "Michael": "Mike", "Susan": "Sue", "Patricia": "Pat", "Richard": "Dick", "Christopher": "Chris", "Joseph": "Joe",
    "Francisco": "Paco", "José": "Pepe", "Dolores": "Lola", "Isabel": "Isa", "Małgorzata": "Gosia", "Zofia": "Zosia",
    "Katarzyna": "Kasia", "Mohammed": "Mo", "Alexander": "Alex", "Samuel": "Sam", "Rebecca": "Becky", "João": "Joca",
}  # fmt: skip
ALERTS = (
    ("Hard of hearing: face the patient when speaking.", False, 65),
    ("Walks with a frame: ground floor room.", False, 70),
    ("Risk of falls: help from the chair.", True, 70),
    ("Latex allergy: no latex gloves.", True, 0),
    ("Needs a longer appointment.", False, 0),
    ("Faints at blood tests: lie down.", True, 12),
    ("Wheelchair user.", False, 10),
    ("Anxious about needles.", False, 5),
)
NOTES = (
    "Prefers mornings.",
    "Prefers to be called after 17:00.",
    "Works nights.",
    "Comes by bus, may be a few minutes late.",
    "Asks for a large-print letter.",
)


def lead(rng: random.Random, data: PatientData, member: Member, today: date, joined: date) -> None:
    """Adds to `data` what a life at the clinic leaves there. Most people have little of it."""
    _consents(rng, data, today, joined)
    _needs(rng, data, member, joined)
    if rng.random() < 0.06:
        _leave_out(rng, data)
    _way_out(rng, data, member, today, joined)


def _between(rng: random.Random, start: date, end: date) -> str:
    return (start + timedelta(days=rng.randint(0, max(0, (end - start).days)))).isoformat()


def _consents(rng: random.Random, data: PatientData, today: date, joined: date) -> None:
    if rng.random() < 0.95:
        data["consents"] = {"data": {"given": True, "on": joined.isoformat()}}
        if rng.random() < 0.9:
            on = _between(rng, joined, min(today, joined + timedelta(days=400)))
            data["consents"]["messages"] = {"given": rng.random() < 0.9, "on": on}


def _needs(rng: random.Random, data: PatientData, member: Member, joined: date) -> None:
    if data.get("language", "en") != "en" and rng.random() < 0.3:
        data["interpreter"] = True
    called = NICKNAMES.get(data.get("given_name", ""), "")
    if called and rng.random() < 0.3:
        data["preferred_name"] = called
    if rng.random() < 0.07:
        fitting = [(text, stop) for text, stop, from_age in ALERTS if member.age >= from_age]
        text, stop = rng.choice(fitting)
        alert: Alert = {"id": f"a{joined:%Y%m%d}", "text": text, "stop": stop}
        data["alerts"] = [alert]
    if rng.random() < 0.04:
        data["notes"] = rng.choice(NOTES)
    if member.age > 13 and rng.random() < 0.008:
        data["gender_identity"], data["pronouns"] = rng.choice(
            (("non-binary", "they/them"), ("trans woman", "she/her"))
        )


def _leave_out(rng: random.Random, data: PatientData) -> None:
    """Registered on the phone, the rest when there is time: "details due"."""
    for name in ("address", "email", "national_id", "policies", "consents"):
        if rng.random() < 0.7:
            data.pop(name, None)  # type: ignore[misc]  # each of these may be absent
    if rng.random() < 0.2:
        data["birth_date"], data["birth_estimated"] = data["birth_date"][:4], True


def _way_out(rng: random.Random, data: PatientData, member: Member, today: date, joined: date) -> None:
    chance = rng.random()
    if member.age >= 70 and chance < 0.08:
        data["deceased_on"] = _between(rng, max(joined, today - timedelta(days=1500)), today)
    elif chance < 0.02:
        at = _between(rng, joined, today)
        reason = rng.choice(("Moved away", "Registered elsewhere", "Asked to leave"))
        data["archived"] = {"at": f"{at}T00:00:00.000Z", "by": "system:seed", "reason": reason}
    elif chance < 0.023:
        data["test"] = True
    elif chance < 0.029:
        data["restricted"] = True
