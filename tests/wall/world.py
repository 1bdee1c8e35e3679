"""A clinic in which everything is filled, and every text holds one word: where it is read, it came from there."""

import re
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission, Role
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.console.settings.services import change as change_settings
from clinnet.table import Actor, Scope, get
from patients import queries, services
from patients.models import Patient
from patients.rules import own
from tests.wall.chart import settle_chart
from tests.wall.console import settle_console
from tests.wall.money import settle_money
from tests.wall.schedule import settle_schedule

OF_THE_CALENDAR = ("year", "month", "period")  # stand in addresses, and are everybody's


@dataclass(frozen=True, slots=True)
class World:
    """`ids` are named as URLs name them. `name` is the clinic's: staff of two clinics see both names."""

    clinic: str
    name: str
    word: str
    digits: str
    scope: Scope
    ids: dict[str, list[str]]

    def first(self, name: str) -> str:
        return self.ids[name][0]

    @property
    def all_ids(self) -> set[str]:
        return {id for name, ids in self.ids.items() for id in ids if name not in OF_THE_CALENDAR}

    def leaked(self, text: str, sent: str = "") -> list[str]:
        """Which of this clinic's words, numbers and ids stand in `text`; ids that the asker `sent` do not count."""
        plain, ids = text.lower(), self.all_ids
        found = [self.word.lower()] if self.word.lower() in plain else []
        found += [self.digits] if re.search("[ ()-]*".join(self.digits), plain) else []
        if _one_of(frozenset(ids)).search(plain):
            found += [id for id in ids if id.lower() in plain and id not in sent]
        return found


@cache
def _one_of(ids: frozenset[str]) -> re.Pattern[str]:
    """Asked of every page: one search is quicker than one for each."""
    return re.compile("|".join(re.escape(id.lower()) for id in ids))


def everything(word: str, digits: str, doctor: str, photo: str) -> dict[str, Any]:
    """Each attribute of a patient. What has a closed vocabulary holds a number of its own, or nothing to find."""
    return {
        "title": word, "family_name": word, "given_name": f"Maria {word}", "further_names": f"Ann {word}",
        "preferred_name": f"Mia {word}", "other_names": [f"Born {word}"], "birth_date": "1985-03-14", "sex": "female",
        "gender_identity": word, "pronouns": word, "email": f"{word}@example.org",
        "phones": [{"number": f"+44{digits}", "kind": "mobile", "preferred": True, "note": f"After six, {word}"}],
        "address": {name: f"{name} {word}" for name in ("line", "city", "region", "postcode", "country")},
        "national_id": f"{digits}1", "identifiers": [{"system": word, "value": f"{digits}2", "label": word}],
        "mrn": f"{digits}3", "language": "fr", "interpreter": True, "practitioner_id": doctor,
        "policies": [{"payer": word, "number": f"{word} {digits}4", "valid_from": "2026-01-01"}],
        "general_practitioner": word, "photo": f"photos/{photo}", "notes": f"Told {word}",
        "consents": {"data": {"given": True, "on": "2026-11-22"}, "messages": {"given": True, "on": "2026-11-22"}},
        "alerts": [{"id": "1", "text": f"Stop {word}", "stop": True}], "extra": {"note": word},
        "own": {"1": f"School {word}"},
    }  # fmt: skip


def _make_up_a_field(scope: Scope, word: str) -> None:
    fields = own.settled([], [{"label": f"School {word}", "kind": own.TEXT}])
    change_settings(scope, clinic=get(scope, Clinic, Clinic.at(scope.clinic_id)), values={"patient_fields": fields})


def settle(word: str, digits: str) -> World:
    """`digits` are ten; they are in every number of the clinic's patient."""
    name = f"Clinic {word[::-1]}"
    clinic = f"t{clock.new_id().lower()}"
    scope = Scope(clinic, Actor(f"boss-{clinic}", f"Boss {word}"), frozenset(Permission), f"session {word}")
    open_clinic(scope, name=name, time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY")
    for role in Role:
        add_staff(
            scope, person=f"{role}-{clinic}", username=f"{role}.{word}", name=f"{word} {role}", roles=[role], title=word
        )
    _make_up_a_field(scope, word)
    read = partial(queries.patient, scope)
    doctor = f"{Role.DOCTOR}-{clinic}"
    photo = clock.new_id()
    patient = services.register(scope, everything(word, digits, doctor, photo))
    others = [services.register(scope, {"family_name": word, "given_name": name}) for name in ("Twin", "Folded")]
    services.merge(scope, read(patient), read(others[1]), {})
    services.change(scope, read(patient), {"notes": f"Told {word} twice"})
    changed = read(patient)
    tie = services.Tie(known={"kind": "child", "messages": True}, new={"kind": "parent"})
    child = services.register_for(scope, read(patient), {"given_name": f"Kim {word}", "mrn": f"{digits}5"}, tie)
    services.link_outsider(scope, read(patient), {"kind": "carer", "name": f"Aunt {word}", "phone": f"+44{digits}"})
    contact = services.log_contact(
        scope,
        read(patient),
        direction="in",
        channel="phone",
        text=f"Rang, {word}",
        callback_on="2026-12-24",
        callback_by=doctor,
        callback_name=f"{word} doctor",
    )
    chart = settle_chart(scope, word, read(patient))
    schedule = settle_schedule(scope, word, read(patient), read(child), doctor)
    ids = {
        "patient_id": [patient, others[1], child],
        "other_id": [others[0], others[1]],
        "child": [child],
        "folded": [others[1]],
        "contact_id": [contact],
        "link_id": [link["id"] for link in read(patient).links or []],
        "person": [doctor],
        "photo": [photo],
        "change": [f"{changed.updated_at}~{changed.last_event}"],
        **chart,
        **schedule,
        **settle_money(scope, word, read(patient), schedule["appointment_id"][7]),
    }
    ids |= settle_console(scope, ids)
    return World(clinic, name, word, digits, scope, ids)


def patient_of(world: World) -> Patient:
    return queries.patient(world.scope, world.first("patient_id"))
