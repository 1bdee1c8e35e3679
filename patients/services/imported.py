"""What a file changes in the record of a patient who is known already, and what the report has to say of it.

A source corrects what it said itself. Of what somebody else said it fills the gaps; what differs is kept aside.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clinnet import clock
from clinnet.table import Scope
from patients import entries
from patients.fhir.names import one_line
from patients.fhir.reach import Withdrawn, address_line
from patients.models import Patient
from patients.rules import phones
from patients.rules.typed import plain_identifier

# Among the digests of a source: of the whole, of earlier wholes, its date and version, and whether it made this record.
WHOLE, PAST, AT, NUMBER, MADE = "_", "_past", "_at", "_version", "_made"
FLAGS = ("deceased_on", "archived", "restricted", "test")
NAMES = ("title", "family_name", "given_name", "further_names")
ELSEWHERE = "elsewhere"  # ends the name of what another source says otherwise
DEATH = "Date of death"  # stands aside where the day is not known
Said = Mapping[str, Any]
Changes = tuple[dict[str, Any], list[str]]


def completed(scope: Scope, data: Said) -> dict[str, Any]:
    """A record that its source had put aside is put aside by this import."""
    if not data.get("archived"):
        return dict(data)
    return {**data, "archived": {**data["archived"], "by": scope.actor.name, "at": clock.stamp()}}


def changes(found: Patient, data: Said, before: Said | None, sources: Said, withdrawn: Withdrawn) -> Changes:
    """New values by attribute, and sentences. `before` is what this source said last, None at first sight."""
    flags = _Flags(found, data, before, sources)
    plain = {name: value for name, value in data.items() if name not in FLAGS}
    news = _newer(found, plain, before) if before else _missing(found, plain)
    gone, told = _withdrawn(found, news, withdrawn, own=before is not None)
    news |= flags.news | gone
    if not before and (differing := sorted(_differing(found, plain))):
        told.append(
            f"Differs from what is here, kept aside: {', '.join(each.replace('_', ' ') for each in differing)}."
        )
    news = {name: value for name, value in news.items() if (found.data.get(name) or None) != (value or None)}
    return news, [*flags.notes, *told]


def _newer(found: Patient, data: Said, before: Said) -> dict[str, Any]:
    """What the source changed since, its entries of a list before ours; what it no longer says stays."""
    said = {name: value for name, value in data.items() if before.get(name) != digest(value)}
    lists = entries.united(said, found.data, (found.id, found.id))
    said |= {name: lists[name] for name in said if name in lists}
    if "extra" in said:
        said["extra"] = {**(found.extra or {}), **said["extra"]}
    return said


def _missing(found: Patient, data: Said) -> dict[str, Any]:
    """What this source knows besides; where it says otherwise, that stands among other names or aside."""
    ours = found.data
    differing = _differing(found, data)
    aside = {
        f"{name.replace('_', ' ').capitalize()} {ELSEWHERE}": text for name, text in differing.items() if name != "name"
    }
    if "name" in differing:
        data = {**data, "other_names": [differing["name"], *(data.get("other_names") or [])]}
    lists = entries.united(ours, data, (found.id, found.id))
    more = {name: value for name, value in data.items() if name not in lists and value and not ours.get(name)}
    if "name" in differing and ours.get("family_name") and ours.get("given_name"):
        more = {name: value for name, value in more.items() if name not in NAMES}
    extra = _joined(_joined(ours.get("extra") or {}, data.get("extra") or {}), aside)
    return more | {name: value for name, value in lists.items() if value and value != ours.get(name)} | {"extra": extra}


def _joined(ours: Said, theirs: Said) -> dict[str, Any]:
    """What both say under one name stands there from both."""
    found = dict(ours)
    for name, text in theirs.items():
        known = str(found.get(name) or "")
        found[name] = text if not known else known if str(text) in known else f"{known}; {text}"
    return found


def _differing(found: Patient, data: Said) -> dict[str, str]:
    """What is said of the patient in both places and is not the same, in words."""
    ours, said = found.data, dict[str, str]()
    theirs, known = one_line(dict(data)), one_line(ours)  # type: ignore[arg-type]  # plain patient data
    gap = not (ours.get("family_name") and ours.get("given_name"))
    if (
        theirs
        and known
        and theirs.casefold() != known.casefold()
        and not (gap and set(known.split()) & set(theirs.split()))
    ):
        said["name"] = theirs
    for name in ("birth_date", "sex", "email", "address", "language", "national_id", "general_practitioner",
                 "gender_identity", "pronouns", "preferred_name"):  # fmt: skip
        mine, other = ours.get(name), data.get(name)
        if mine and other and mine != other and "unknown" not in (mine, other):
            if name == "national_id" and plain_identifier(str(mine)) == plain_identifier(str(other)):
                continue
            said[name] = address_line(other) if name == "address" else str(other)
    return said


# --- Flags -----------------------------------------------------------------------------------------------------------


@dataclass(repr=False)
class _Flags:
    """Death, not active, restricted, test: a source takes back what it said itself; all else is told.

    A record made by hand, or known from another practice, is never put aside or made a test by a file.
    """

    found: Patient
    data: Said
    before: Said | None
    sources: Said
    news: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        said = {name: digest(_plain(self.data[name])) for name in FLAGS if name in self.data}
        changed = {name: self.data[name] for name, now in said.items() if (self.before or {}).get(name) != now}
        if "deceased_on" in changed:
            self._death(str(changed["deceased_on"] or ""))
        if "restricted" in changed:
            self._restricted(bool(changed["restricted"]))
        for name, words, opposite in (
            ("archived", "not active", "active"),
            ("test", "a test patient", "no test patient"),
        ):
            if name in changed:
                self._aside(name, words, opposite, changed[name])

    def _restricted(self, restricted: bool) -> None:
        if restricted and not self.found.restricted:
            self.news["restricted"] = True
            self.notes.append("Restricted in the file: the chart is restricted here too.")
        elif self.found.restricted and not restricted:
            self.notes.append("Not restricted in the file; the chart stays restricted here until somebody lifts it.")

    def _aside(self, name: str, words: str, opposite: str, said: Any) -> None:
        ours = bool(getattr(self.found, name))
        if said and not ours and self._made_it:
            self.news[name] = said
        elif said and not ours:
            self.notes.append(f"It is {words} in the file; nothing was changed here.")
        elif ours and not said and (self._is_its_own(name) or self._is_a_file_s(name)):
            self.news[name] = None
            self.notes.append(f"It is {opposite} in the file, and so it is here.")
        elif ours and not said:
            self.notes.append(f"It is {opposite} in the file; here it stays {words}.")

    def _death(self, on: str) -> None:
        ours, unknown = self.found.deceased_on, DEATH in (self.data.get("extra") or {})
        if on and not ours:
            self.news["deceased_on"] = on
        elif on and on != ours and not unknown:
            if self._is_its_own("deceased_on"):
                self.news["deceased_on"] = on
            else:
                self.notes.append("The file has another date of death; the one here stays.")
        elif ours and not on:
            if self._is_its_own("deceased_on"):
                self.news["deceased_on"] = ""
                self.notes.append("The file says that this patient is alive: the record of the death is taken back.")
            else:
                self.notes.append("The file says that this patient is alive; the death recorded here stays.")

    @property
    def _made_it(self) -> bool:
        """Whether the record was made of this source, and no other has added to it."""
        return bool((self.before or {}).get(MADE)) and len(self.sources) == 1

    def _is_its_own(self, name: str) -> bool:
        """Whether what stands here is what this source said."""
        return bool(self.before) and (self.before or {}).get(name) == digest(_plain(getattr(self.found, name)))

    def _is_a_file_s(self, name: str) -> bool:
        """Whether a source said what stands here: of two records of one person the file puts the replaced one aside."""
        ours = digest(_plain(getattr(self.found, name)))
        return any(seen.get(name) == ours for seen in self.sources.values())


def _plain(value: Any) -> Any:
    """Without when and by whom, which each import writes anew."""
    return {**value, "at": "", "by": ""} if isinstance(value, Mapping) and "reason" in value else value


# --- What is no longer theirs ----------------------------------------------------------------------------------------


def _withdrawn(found: Patient, news: Mapping[str, Any], withdrawn: Withdrawn, *, own: bool) -> Changes:
    """Old phones, mail and address leave the record where their own source withdraws them."""
    listed = news.get("phones") or found.phones or []
    stays = [
        each for each in listed if not any(phones.same(each.get("number", ""), number) for number in withdrawn.phones)
    ]
    gone: dict[str, Any] = {}
    if len(stays) < len(listed):
        gone["phones"] = entries.one_preferred(stays)
    if withdrawn.emails and "email" not in news and found.email in withdrawn.emails:
        gone["email"] = ""
    if withdrawn.addresses and "address" not in news and found.address in withdrawn.addresses:
        gone["address"] = None
    if not gone:
        return {}, []
    what = ", ".join(sorted(gone))
    if own:
        return gone, [f"No longer valid in the file, and taken away here: {what}."]
    return {}, [f"No longer valid in the file; it stays here: {what}."]


def digest(value: Any) -> str:
    """The same for the same value in each import."""
    plain = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
