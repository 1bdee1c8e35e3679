"""By what the codes of a problem are ranked: the chart's own, what belongs to a pregnancy, what the clinic uses."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from django.http import QueryDict

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.table import Scope, find_row, keys
from clinnet.table.kept import remember
from records.rules import icd
from records.rules.icd import Context

MOST = 200


def context(scope: Scope, clinic: Clinic, sent: QueryDict) -> Context:
    """`sent` has `used`, the codes of the chart parted by spaces, and `born`, an ISO date if it is whole."""
    chart = [code for code in sent.get("used", "").split()[:MOST] if icd.CODE.fullmatch(code)]
    born = None
    with suppress(ValueError):
        born = date.fromisoformat(sent.get("born", ""))
    return Context(chart, used_here(scope), icd.is_perinatal(chart, born, clock.today(clinic.time_zone)))


def used_here(scope: Scope) -> Mapping[str, int]:
    """How often each code was recorded in this clinic; some seconds old."""
    return remember(("codes", scope.clinic_id), lambda: _counted(scope))


def _counted(scope: Scope) -> Mapping[str, int]:
    row = find_row(scope, keys.codes_used(scope.clinic_id), consistent=False) or {}
    return {icd.dotted(name): int(value) for name, value in row.items() if icd.CODE.fullmatch(name)}
