"""What a page needs to know of clinics and staff. Kept in the process for some seconds: it changes rarely."""

from collections.abc import Iterable

from clinnet import clock
from clinnet.accounts.models import Clinic, Staff
from clinnet.accounts.permissions import Role
from clinnet.table import Scope, get, keys, query, query_whole
from clinnet.table.kept import remember


def clinic(clinic_id: str) -> Clinic:
    """The clinic's settings, for the middleware that makes scopes. Raises NotFound for an unknown one."""
    scope = Scope.system("sign-in", clinic_id)
    return remember(("clinic", clinic_id), lambda: get(scope, Clinic, Clinic.at(clinic_id)))


def clinics_of(person: str) -> list[str]:
    """The ids of the clinics where this person (a Cognito `sub`) works."""
    rows = query(Scope.system("sign-in"), keys.clinics_of_person(person), limit=50).rows
    return [row["id"] for row in rows if row.get("active", True)]


def all_clinics() -> list[str]:
    """The ids of all clinics, for commands."""
    return [row["id"] for row in query_whole(Scope.system("clinics"), keys.clinics()).rows]


def staff(scope: Scope) -> list[Staff]:
    """Everybody who works in this clinic, by name."""
    return [each for each in _staff(scope) if each.active]


def gone(scope: Scope) -> list[Staff]:
    """Who works here no longer: those who were stopped, or whose last day is over. The latest first."""
    found = [each for each in _staff(scope) if not each.active or has_ended(each, scope.clinic_id)]
    return sorted(found, key=lambda each: each.updated_at or "", reverse=True)


def _staff(scope: Scope) -> list[Staff]:
    """Those who were stopped too."""
    return remember(("staff", scope.clinic_id), lambda: staff_now(scope))


def staff_now(scope: Scope) -> list[Staff]:
    """As the table has them at this moment, those who were stopped too; by name."""
    found = query_whole(scope, keys.staff_of(scope.clinic_id)).of(Staff)
    return sorted(found, key=lambda person: person.name)


def roles_in(clinic_id: str, person: str, groups: Iterable[Role]) -> list[Role]:
    """What somebody is in one clinic: of the roles that the user pool gives, those that the clinic gives too.

    The clinic's own part is kept for seconds, and needs no answer of the pool. Somebody without an item of the staff is
    nothing here.
    """
    known = next((each for each in _staff(Scope.system("sign-in", clinic_id)) if each.id == person), None)
    if known is None or not known.active or has_ended(known, clinic_id):
        return []
    return [role for role in groups if role in known.roles]


def has_ended(member: Staff, clinic_id: str) -> bool:
    """Whether the last day of who is here for a while is over, by the clinic's clock."""
    return bool(member.until and member.until < clock.today(clinic(clinic_id).time_zone).isoformat())


def member(scope: Scope, person: str) -> Staff:
    """One of the staff as they are now, stopped or not. Raises NotFound."""
    return get(scope, Staff, Staff.at(scope.clinic_id, person))


def supervisors(scope: Scope) -> dict[str, list[str]]:
    """By whom the notes of a person are co-signed, of those who need that: of the doctors who are there."""
    ids = {each.id for each in practitioners(scope)}
    return {each.id: [id for id in each.cosigned_by if id in ids] for each in staff(scope) if each.cosigned_by}


def practitioners(scope: Scope) -> list[Staff]:
    """Those whom a patient can have as usual practitioner."""
    return [each for each in staff(scope) if "doctor" in each.roles]
