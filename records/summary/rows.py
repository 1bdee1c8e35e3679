"""The left side of a chart: what stands of allergies, problems, medicines and measurements, and what is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from records.lines import AllergyLine, MeasuredLine, MedicineLine, ProblemLine
from records.models import ALG, LAB, MEAS, MED, PROB
from records.queries import Summary, none_known, rows_of
from records.rules import curves, directions, growth, pinned, results, said
from records.rules.measurements import KINDS
from records.rules.units import Quantity
from records.services.recording import MOST


@dataclass(frozen=True, slots=True, repr=False)
class SummaryRow:
    """`what` in bold, `more` beside it, `end` at the right in the colour of `tone` (danger, warn, quiet)."""

    id: str
    what: str
    more: str
    end: str = ""
    tone: str = "quiet"
    entry: str = ""
    spark: curves.Spark = curves.NOTHING  # this value and those before it


@dataclass(frozen=True, slots=True, repr=False)
class SummaryShown:
    """Allergies, problems, medicines and measurements as they stand. `asked` is the fact that there are none."""

    allergies: list[SummaryRow]
    asked: str
    problems: list[SummaryRow]
    medicines: list[SummaryRow]
    measured: list[SummaryRow]
    measured_when: str
    renewable: int = 0  # medicines that end within 14 days, or have
    resolved: str = ""  # how many problems are over: "3", or "60 or more"

    @property
    def codes(self) -> str:
        """Of its problems, parted by spaces."""
        return " ".join(row.more for row in self.problems if row.more)


SOON = timedelta(days=14)
SEVERITIES = {"severe": "danger", "moderate": "warn"}


def summary(found: Sequence[Summary] | None, clinic: Clinic) -> SummaryShown | None:
    """None where it could not be read: unread is not empty."""
    return None if found is None else summary_read(found, clinic)


def summary_read(found: Sequence[Summary], clinic: Clinic, *, on_paper: bool = False) -> SummaryShown:
    """`on_paper`: it is read on another day, so each day has its date."""
    today, when = clock.today(clinic.time_zone), formats.moment if on_paper else formats.when
    asked = none_known(found)
    allergies = [(id, AllergyLine.unpack(line)) for id, line in rows_of(found, ALG).items()]
    allergies.sort(key=lambda each: ("severe", "moderate", "mild", "").index(each[1].severity))
    problems = [(id, ProblemLine.unpack(line)) for id, line in rows_of(found, PROB).items()]
    medicines = [(id, MedicineLine.unpack(line)) for id, line in rows_of(found, MED).items()]
    medicines.sort(key=lambda each: each[1].until or "9999")
    values = {kind: MeasuredLine.unpack(line) for kind, line in rows_of(found, MEAS).items()}
    latest = max(values.values(), key=lambda line: line.at, default=None)
    return SummaryShown(
        [_allergy(id, line) for id, line in allergies],
        f"No known allergies. Asked {when(asked['at'], clinic).replace('Today', 'today')} by {asked['by']}."
        if asked
        else "",
        [SummaryRow(id, line.words, line.code, line.since[:4], entry=line.entry) for id, line in problems],
        [medicine(id, line, clinic, today, on_paper=on_paper) for id, line in medicines],
        list(_cells(found, [line.code for _, line in problems], clinic, today)),
        f"{when(latest.at, clinic)}, {latest.who}" if latest else "",
        sum(ends_soon(line, today) for _, line in medicines),
        _resolved(found),
    )


def _resolved(found: Sequence[Summary]) -> str:
    ended = [each.part(PROB).ended for each in found]
    many = sum(map(len, ended))
    return f"{many} or more" if any(len(each) >= MOST for each in ended) else str(many or "")


def ends_soon(line: MedicineLine, today: date) -> bool:
    return bool(line.until) and date.fromisoformat(line.until) <= today + SOON


def _allergy(id: str, line: AllergyLine) -> SummaryRow:
    parts = [*line.reactions, line.since[:4], "intolerance" if line.kind == "intolerance" else ""]
    more = ", ".join(part for part in parts if part)
    return SummaryRow(id, line.substance, more, line.severity, SEVERITIES.get(line.severity, "quiet"), line.entry)


def medicine(id: str, line: MedicineLine, clinic: Clinic, today: date, *, on_paper: bool = False) -> SummaryRow:
    end, tone = directions.left(date.fromisoformat(line.until), today) if line.until else ("", "")
    tone = {"red": "danger", "amber": "warn"}.get(tone, "quiet")
    if line.until and on_paper:
        end = f"{'ran out' if line.until < today.isoformat() else 'until'} {formats.date(line.until, clinic)}"
    elif line.until and not end:
        end = formats.day(line.until, clinic, today.year)
    return SummaryRow(id, f"{line.name} {line.strength}".strip(), line.directions, end, tone, line.entry)


FIRST, CELLS = ("bp", "pulse", "weight", "bmi"), 8


def _cells(found: Sequence[Summary], codes: Sequence[str], clinic: Clinic, today: date) -> Iterator[SummaryRow]:
    """Four first, then the values that the problems pin, then what else there is: what fits, and all of last time."""
    values = {kind: MeasuredLine.unpack(line) for kind, line in rows_of(found, MEAS).items()}
    cells = {kind: _measured(kind, values[kind], clinic, today) for kind in KINDS if kind in values}
    cells |= {row.id: row for row in _body_mass(values)}
    there = {key: MeasuredLine.unpack(line) for key, line in rows_of(found, LAB).items()}
    pins = [_pinned(key, there[key], clinic, today) for key in pinned.pinned(codes) if key in there]
    latest = max((line.at for line in values.values()), default="")
    others = [cells[kind] for kind in cells if kind not in FIRST]
    yield from (cells[kind] for kind in FIRST if kind in cells)
    yield from pins
    room = CELLS - len(cells) + len(others) - len(pins)
    for number, each in enumerate(others):
        if number < room or values[each.id].at == latest:
            yield each


def _pinned(key: str, line: MeasuredLine, clinic: Clinic, today: date) -> SummaryRow:
    """A value of a result, as sent."""
    on = formats.date(line.at, clinic) if (line.at or "9") < (today - timedelta(365)).isoformat() else ""
    *plain, range = results.with_points(*line.past, line.value, line.range) or ("",)
    drawn = curves.spark(plain, results.normal(range)) if line.past else curves.NOTHING
    tone = "danger" if line.mark else "quiet"
    what, label = f"{said.shown(line.text)} {line.mark}".strip(), pinned.ANALYTES[key].label
    return SummaryRow(key, what, line.unit, on, tone, label, drawn)


def _measured(kind: str, line: MeasuredLine, clinic: Clinic, today: date) -> SummaryRow:
    """An older value than a year is quiet, with its date."""
    on = clock.moment(line.at).astimezone(ZoneInfo(clinic.time_zone)).date()
    old = formats.date(on.isoformat(), clinic) if (today - on).days > 365 and not KINDS[kind].of_birth else ""
    value, unit = said.amount(line)
    drawn = curves.spark([*line.past, line.value]) if line.past else curves.NOTHING
    tone = "danger" if line.mark else "quiet"
    return SummaryRow(kind, f"{value} {line.mark}".strip(), unit, old, tone, KINDS[kind].label, drawn)


def _body_mass(values: Mapping[str, MeasuredLine]) -> Iterator[SummaryRow]:
    """Of a weight and a height that were measured together: a child grows."""
    weight, height = values.get("weight"), values.get("height")
    if weight and height and weight.at == height.at:
        found = growth.bmi(_number(weight, "kg"), _number(height, "cm"))
        yield SummaryRow("bmi", f"{found:.1f}", "kg/m²", entry="BMI")


def _number(line: MeasuredLine, unit: str) -> float:
    return float(Quantity(line.text, line.unit).to(unit))
