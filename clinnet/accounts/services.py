"""Clinics and staff are set up: by the seed, and by an administrator."""

from collections.abc import Sequence

from clinnet.accounts import queries
from clinnet.accounts.models import Clinic, Staff
from clinnet.table import Action, Event, Scope, Topic, Transaction, find_row, keys
from clinnet.table.kept import forget

OPEN_CLINIC = Action("clinic.open", "opened the clinic", Topic.SETTINGS)
ADD_STAFF = Action("staff.add", "added a member of the staff", Topic.STAFF)


def open_clinic(
    scope: Scope,
    *,
    name: str,
    time_zone: str,
    locale: str,
    country: str,
    date_order: str,
    address: str = "",
    phone: str = "",
    demo: bool = False,
) -> Clinic:
    """The clinic of `scope`, made if it is not there yet."""
    at = Clinic.at(scope.clinic_id)
    if find_row(scope, at) is None:
        tx, listed = Transaction(scope), keys.clinic_listed(scope.clinic_id)
        tx.put(
            Clinic(
                pk=at.pk, sk=at.sk, gsi1pk=listed.pk, gsi1sk=listed.sk, id=scope.clinic_id, name=name,
                time_zone=time_zone, locale=locale, country=country, date_order=date_order, demo=demo,
                address=address or None, phone=phone or None,
            )
        )  # fmt: skip
        tx.commit(Event(OPEN_CLINIC, "CLINIC", scope.clinic_id))
        forget()
    return queries.clinic(scope.clinic_id)


def add_staff(scope: Scope, *, person: str, username: str, name: str, roles: Sequence[str], title: str = "") -> None:
    """A person joins the clinic's staff: the staff row and the person's list of clinics, written together."""
    at = Staff.at(scope.clinic_id, person)
    if find_row(scope, at) is not None:
        return
    tx = Transaction(scope)
    tx.put(Staff(pk=at.pk, sk=at.sk, id=person, username=username, name=name, title=title or None, roles=list(roles)))
    mine = keys.person_clinic(person, scope.clinic_id)
    tx.put_row({"PK": mine.pk, "SK": mine.sk, "id": scope.clinic_id, "type": "MEMBERSHIP", "active": True})
    tx.commit(Event(ADD_STAFF, "STAFF", person))
    forget()
