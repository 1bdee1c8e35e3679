"""The patients that this person opened last, by clinic: in the session, because they are nobody's record."""

from clinnet.accounts.access import ClinicRequest

KEY = "recent"
MOST = 8


def opened(request: ClinicRequest, patient_id: str) -> None:
    """A page of a patient was opened, whichever: by its address, from a list, by a search."""
    before = recent_ids(request)
    if before[:1] == [patient_id]:
        return
    ids = [patient_id, *(id for id in before if id != patient_id)][:MOST]
    request.session[KEY] = {**request.session.get(KEY, {}), request.scope.clinic_id: ids}


def recent_ids(request: ClinicRequest) -> list[str]:
    """Newest first, at most 8."""
    found: list[str] = request.session.get(KEY, {}).get(request.scope.clinic_id, [])
    return found
