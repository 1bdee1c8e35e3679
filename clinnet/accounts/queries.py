"""What a page needs to know of clinics and staff. Kept in the process for some seconds: it changes rarely."""

from clinnet.accounts.models import Clinic, Staff
from clinnet.table import Scope, get, keys, query
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
    found, cursor, scope = list[str](), "", Scope.system("clinics")
    while True:
        page = query(scope, keys.clinics(), limit=500, cursor=cursor)
        found, cursor = [*found, *(row["id"] for row in page.rows)], page.next
        if not cursor:
            return found


def staff(scope: Scope) -> list[Staff]:
    """Everybody who works in this clinic, by name."""
    return remember(("staff", scope.clinic_id), lambda: _staff(scope))


def _staff(scope: Scope) -> list[Staff]:
    found = query(scope, keys.staff_of(scope.clinic_id), limit=200).of(Staff)
    return sorted((person for person in found if person.active), key=lambda person: person.name)


def practitioners(scope: Scope) -> list[Staff]:
    """Those whom a patient can have as usual practitioner."""
    return [each for each in staff(scope) if "doctor" in each.roles]
