"""A second signature as the chart, its page and Tasks show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinnet import formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row, Scope
from records.cosigning import services
from records.cosigning.models import BACK, WAITS, Cosignature, cosigned_content
from records.lines import CosignLine
from records.models import COSIGN, Addendum, Note
from records.queries import Summary, Whole, due_lines
from records.rules.notes import digest


@dataclass(frozen=True, slots=True, repr=False)
class SecondShown:
    """The second signature, or that it waits for one. `returned` says when it went back, by whom and why.

    `may`: the reader may give it. `answer`: the reader wrote it, and is to answer.
    """

    said: str
    hash: str
    holds: bool
    returned: list[str]
    may: bool
    answer: bool


def second(note: Note, whole: Whole, clinic: Clinic, scope: Scope) -> SecondShown | None:
    """None of a note that needs none."""
    item = whole.cosignature_of(note)
    if item is None:
        return None
    seal = item.sealed or {}
    said = "Sent back: its author answers with an addendum" if item.state == BACK else "Waits for a second signature"
    if seal:
        said = f"Co-signed {formats.within(seal['at'], clinic)}, {seal['name']}"
    returned = [
        f"{each['name']} sent this back ({formats.within(each['at'], clinic)}): “{each['why']}”"
        for each in item.returned or []
    ]
    may = item.state == WAITS and not note.errored and services.may(scope, item.author)
    answer = item.state == BACK and item.author == scope.actor.id and not note.errored
    holds = second_holds(item, note, whole.addenda_of(note))
    return SecondShown(said, seal.get("hash", "")[:8], holds, returned, may, answer)


def second_holds(item: Cosignature, note: Note, addenda: Sequence[Addendum]) -> bool:
    """Whether it is over what was there when it was given; addenda of later times are not in it."""
    if not item.sealed:
        return True
    seal = item.sealed
    over = services.hashes(note, addenda)[: int(seal["over"])]
    return bool(seal["hash"] == digest(cosigned_content(item, over, seal["at"], seal["by"], seal["name"])))


@dataclass(frozen=True, slots=True, repr=False)
class WaitingNote:
    """A note on the list: of `who`, of whom `said` says that it went back, and why."""

    id: str
    patient_id: str
    entry: str
    title: str
    who: str
    said: str
    when: str


def for_me(found: Iterable[Row], scope: Scope, clinic: Clinic) -> tuple[list[WaitingNote], list[WaitingNote]]:
    """What waits for this person's signature, and what was sent back to them."""
    mine, back = list[WaitingNote](), list[WaitingNote]()
    for row in found:
        line = CosignLine.unpack(row["line"])
        said, when = _sent_back(line.back, line.why), formats.when(row["GSI1SK"][:24], clinic)
        shown = WaitingNote(row["id"], line.patient_id, line.entry, line.title, line.who, said, when)
        if line.back and line.by == scope.actor.id:
            back.append(shown)
        elif not line.back and services.may(scope, line.by):
            mine.append(shown)
    return mine, back


def _sent_back(by: str, why: str) -> str:
    return f"{by} sent this back: “{why}” Answer with an addendum." if by else ""


def in_chart(found: Sequence[Summary] | None, scope: Scope) -> Iterator[WaitingNote]:
    """The same of one chart; of others nothing is said."""
    for id, line in due_lines(found or (), COSIGN).items():
        shown = WaitingNote(id, "", line.entry, line.what, "", _sent_back(line.by, line.more), "")
        if line.person == scope.actor.id if line.by else services.may(scope, line.person):
            yield shown
