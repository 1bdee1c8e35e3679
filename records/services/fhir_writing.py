"""One patient's chart of one file into the table: what is new, what its source changed, and what is left as it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinnet import clock
from clinnet.table import Action, Batch, Event, Item, Key, Row, get_rows, keys, query
from clinnet.table.values import weight
from patients.fhir.parts import Version
from patients.fhir.report import Report
from patients.timeline import all_ids
from records import queries
from records.fhir.reading import Chart
from records.fhir.taken import ADDENDUM, ASKED, ENTRY, Taken
from records.letters.models import Letter
from records.lines import EntryLine
from records.models import CURRENT, ERRORED, OBS, RES, Addendum, Entry, Note, Recorded
from records.queries import Whole
from records.services import fhir_versions as versions
from records.services.fhir_items import Making, is_given_away
from records.services.fhir_summaries import summarise
from records.services.fhir_values import Values
from records.services.writing import attempt, row_of

IMPORT = Action("chart.import", "imported a chart from a file")
THINGS = "chart items"
OLDER = "A version of it that was imported before, or that is older, comes again; left as it is."
TAKEN_BACK = "Its source took it back since. It is signed here: mark it as entered in error by hand."
REWRITTEN = "Its source says something else by now. It is signed here and stays: compare the two."
TOO_LARGE = "is larger than what a chart keeps of one thing; left out. File it with *Add a file*."
HANGS = ("RECORDED", "NOTE", "LETTER")  # types of what hangs in an entry by itself
MOST = 2_000  # of a kind in one chart, that are looked through
LARGEST = 390_000  # bytes of an item: the table takes 400 kB
TOUCHED = "It was changed here since it was imported; left as it is."
Sets = defaultdict[str, set[Key]]  # of measurements and results, by patient


@dataclass(frozen=True, repr=False)
class Fresh:
    """A resource that this chart did not have: its name here and everywhere, where its file has it, of what it is."""

    name: str
    everywhere: str
    where: str
    taken: Taken

    @property
    def version(self) -> Version:
        return next((each.version for each in self.taken.values if each.name == self.name), self.taken.version)


@dataclass(repr=False)
class Writing(Making):
    """One patient's chart of one file, and what becomes of it."""

    chart: Chart
    report: Report
    pretended: dict[Key, Row]
    sets: Sets
    fresh: list[Fresh] = field(default_factory=list, kw_only=True)
    left: set[str] = field(default_factory=set, kw_only=True)  # keys of what is another patient's by now
    off: set[str] = field(default_factory=set, kw_only=True)  # ids of entries that are in error
    stand: dict[str, Recorded] = field(
        default_factory=dict, kw_only=True
    )  # by id: what of the file is as the file says

    def settle(self) -> None:
        """What becomes of each, without writing."""
        entries = {each.key: each for each in self.taken if each.kind == ENTRY}
        there = self._there(self.taken)
        there |= self._found_elsewhere(there)
        there = self._settled(there)
        made = {key: each for each in self.taken if (key := self.key_of(each, self.patient.id)) is not None}
        for key, each in made.items():
            self._one(key, each, there.get(each.key), entries)

    def store(self, also: Iterable[Row] = (), *, dry_run: bool) -> None:
        """`also`: rows that are written with it."""
        if dry_run:
            self.pretended |= {key: versions.pretended(item) for key, item in self.items.items()}
            self.sets[self.patient.id] |= {key for key in self.items if f"#{OBS}#" in key.sk or f"#{RES}#" in key.sk}
            return
        batch, rows = Batch(self.scope), list(self._rows())
        news = {**self.items, **{each.key: each for each in rows}}
        for item in news.values():
            batch.put(item)
        batch.put_rows(also)
        if news:
            batch.commit(Event(IMPORT, "PATIENT", self.patient.id, patient=self.patient.id))
        else:
            batch.write()
        untrue = self._untrue()
        attempt(
            self.scope,
            self.patient,
            lambda: summarise(self.scope, self.patient, self.stand, self._asked(), untrue=untrue, action=IMPORT),
        )

    def names(self) -> dict[str, tuple[str, str]]:
        """Of what stands here as the file says: the name that each has everywhere, and where its file has it."""
        names = [each.key for each in self.taken if not each.is_set and each.key not in self.left]
        names += [part.name for each in self.taken for part in each.values if not part.is_wrong]
        return {each: self.chart.marks[each] for each in names if each in self.chart.marks}

    def _there(self, taken: Iterable[Taken]) -> dict[str, Row]:
        """What was imported before, of this record or of one that was folded into it."""
        places = {
            key: each.key for each in taken for owner in all_ids(self.patient) if (key := self.key_of(each, owner))
        }
        known = get_rows(self.scope, places) | {key: self.pretended[key] for key in places if key in self.pretended}
        return {places[key]: row for key, row in known.items()}

    def _found_elsewhere(self, there: Mapping[str, Row]) -> dict[str, Row]:
        """What stands in another entry, as its day or its encounter was another then: it stays there, once."""
        movable = [each for each in self.taken if not each.is_set and each.kind not in (ENTRY, ASKED, ADDENDUM)]
        new = {self.id_of(each.key): each for each in movable if each.key not in there}
        for kind, id, entry in self._standing({each.kind for each in new.values()}) if new else ():
            if id in new and new[id].kind == kind:
                self.placed[new[id].key] = entry
        return self._there([each for each in new.values() if each.key in self.placed])

    def _standing(self, kinds: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """(kind, id, entry) of what stands in the chart; nothing is asked of an empty one."""
        owners = all_ids(self.patient)
        places = {keys.patient(id).pk for id in owners}
        found = [key.sk for key, row in self.pretended.items() if key.pk in places and row["type"] in HANGS]
        if any(query(self.scope, keys.chart_items(id), limit=1).raws for id in owners):
            lines = (row for kind in kinds for row in queries.of_kind(self.scope, self.patient, kind, MOST))
            found += [row["SK"] for row in lines]
        for sk in found:
            yield *keys.parse_recorded(sk), keys.parse_record(sk)

    def _settled(self, there: dict[str, Row]) -> dict[str, Row]:
        """Values stand where the latest of their versions says."""
        pretended = {key: self.pretended[key] for id in all_ids(self.patient) for key in self.sets[id]}
        values = Values(self.scope, self.patient, self.chart, self.id_of, self._there, pretended)
        found = values.settle(self.taken, there)
        self.taken = found.taken
        rows = [(each.key, found.there[each.key]) for each in self.taken if each.parts and each.key in found.there]
        self.placed |= {key: keys.parse_record(row["SK"]) for key, row in rows}
        self.report.outcomes[THINGS, "same"] += found.known
        for _ in range(found.older):
            self.report.note("", OLDER)
        return found.there

    # --- What becomes of one -----------------------------------------------------------------------------------------

    def _one(self, key: Key, taken: Taken, row: Row | None, entries: Mapping[str, Taken]) -> None:
        item = self.made(key, taken, entries)
        if _is_too_large(taken, item):
            self.report.leave_out(self.chart.where.get(taken.key, ""), TOO_LARGE)
            return
        if taken.kind == ENTRY and taken.state != CURRENT:
            self.off.add(item.id)
        if row and _is_given_away(row) and not taken.is_settled and versions.is_older(taken, row):
            self.left.add(taken.key)
            self.report.outcomes[THINGS, "same"] += 1
            self.report.note("", OLDER)
            return
        if row is None:
            self.report.outcomes[THINGS, "new"] += 1
        elif "sealed" in row:
            self.report.outcomes[THINGS, "same"] += 1
            self._tell_of_sealed(taken, item, row)
            return
        elif row.get("aside") == taken.kept and not _comes_back(taken, row):
            self.report.outcomes[THINGS, "same"] += 1
            if isinstance(item, Recorded) and row["PK"] == key.pk:
                item.state = row.get("state")
                self.stand[item.id] = item
            return
        elif not taken.is_settled and versions.is_older(taken, row):
            self.report.outcomes[THINGS, "same"] += 1
            self.report.note("", OLDER)
            return
        elif (int(row["version"]) > 1 and taken.kind != ENTRY) or row["PK"] != key.pk:
            self.report.outcomes[THINGS, "same"] += 1
            self.report.note("", TOUCHED)
            return
        else:
            self.report.outcomes[THINGS, "changed"] += 1
            item.created_at, item.line = row.get("createdAt"), item.line or row.get("line")
            if isinstance(item, Entry | Recorded):
                item.source = versions.after(item.source, row, taken.seen)
        self._mark_fresh(taken, row)
        self.items[key] = item
        if isinstance(item, Recorded):
            self.stand[item.id] = item

    def _tell_of_sealed(self, taken: Taken, item: Item, row: Row) -> None:
        """What is signed stays as it is: a person is told what its source made of it since."""
        where = self.chart.where.get(taken.key, "")
        if not isinstance(item, Note | Letter) or row.get("errored"):
            return
        if item.errored:
            self.report.note(where, TAKEN_BACK)
        elif item.sealed["hash"] != row["sealed"]["hash"]:
            self.report.note(where, REWRITTEN)

    def _mark_fresh(self, taken: Taken, row: Row | None) -> None:
        """What was not here, or not as something that stands."""
        there = versions.parts_of(row) if row and row.get("aside") and taken.parts else ()
        in_error = row is not None and row.get("state") == ERRORED
        stands = {each.name for each in there if not (each.is_wrong or in_error)}
        new = [each.name for each in taken.values if not each.is_wrong and each.name not in stands]
        if not taken.is_set and taken.state != ERRORED and (row is None or _is_given_away(row)):
            new.append(taken.key)
        for each in new:
            if each in self.chart.marks:
                self.fresh.append(Fresh(each, *self.chart.marks[each], taken))

    # --- What is made of them ----------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[Entry]:
        """The row of each entry in which something was written."""
        hang: dict[str, list[Item]] = defaultdict(list)
        for item in self.items.values():
            hang[keys.parse_record(item.sk)].append(item)
        by_id = {self.id_of(each.key): each for each in self.taken if each.kind == ENTRY}
        days = {self.entry_of(each): each for each in self.taken if each.kind != ENTRY}
        known = get_rows(self.scope, [Entry.at(self.patient.id, id) for id in hang])
        for id, items in hang.items():
            own = next((each for each in items if isinstance(each, Entry)), None)
            there = Entry.at(self.patient.id, id) in known
            whole = queries.whole(self.scope, self.patient, id) if there else Whole(self.patient.id)
            entry = own or whole.entry or self.new_entry(id, by_id.get(id) or days[id], "Taken over from a file")
            yield self._row(whole, items, entry)

    def _row(self, before: Whole, items: Sequence[Item], entry: Entry) -> Entry:
        news = {each.id for each in items}
        after = replace(
            before,
            entry=entry,
            notes=[*before.notes, *(each for each in items if isinstance(each, Note))],
            addenda=[*before.addenda, *(each for each in items if isinstance(each, Addendum))],
            letters=[*before.letters, *(each for each in items if isinstance(each, Letter))],
            recorded=[
                *(each for each in before.recorded if each.id not in news),
                *(each for each in items if isinstance(each, Recorded)),
            ],
        )
        line = EntryLine.unpack(entry.line)
        made = row_of(after, line.title, line.at, line.who)
        entry.line = replace(made, kind=line.kind).pack()
        self._show(entry, after)
        return entry

    def _show(self, entry: Entry, after: Whole) -> None:
        """What its source took back is in nobody's chart, unless something stands in it."""
        stands = any(each.state != ERRORED for each in after.recorded)
        signed: list[Note | Letter] = [*after.notes, *after.letters]
        stands = stands or any(not each.errored for each in signed)
        at = EntryLine.unpack(entry.line).at
        if entry.id in self.off and not stands:
            entry.gsi2pk = entry.gsi2sk = None
        elif stands and not entry.gsi2pk and at:
            entry.gsi2pk, entry.gsi2sk = keys.chart_timeline(self.patient.id, entry.at_time or at, entry.id)

    def _asked(self) -> dict[str, str] | None:
        found = next((each for each in self.taken if each.kind == ASKED and each.state == CURRENT), None)
        return _none_known(found) if found else None

    def _untrue(self) -> list[dict[str, str]]:
        """What the file says no more of having no allergies."""
        return [_none_known(each) for each in self.taken if each.kind == ASKED and each.state != CURRENT]


def _none_known(taken: Taken) -> dict[str, str]:
    return {"at": clock.stamp(taken.at), "by": taken.by or "another clinic"}


def _is_given_away(row: Row) -> bool:
    return is_given_away(row.get("errored"))


def _comes_back(taken: Taken, row: Row) -> bool:
    return _is_given_away(row) and taken.state != ERRORED and not taken.is_settled


def _is_too_large(taken: Taken, item: Item) -> bool:
    """Weighed where it may be: most is small."""
    long = len(taken.kept) + sum(len(each.text) for each in taken.sections) > LARGEST // 4
    return long and weight(item.serialize()) > LARGEST
