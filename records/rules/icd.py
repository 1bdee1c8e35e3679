"""The search of ICD-10-CM for problems: typed words that begin words of a code, ranked. Pure, but for set-up's table.

The table is one text of lines in rank order, folded; a search walks it once with a regular expression, so that nothing
is indexed in memory. It is read when it is first searched.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from records.rules.drug_names import fold
from records.rules.icd_rank import LATE_CHAPTERS
from records.rules.reference import DATA, NotPrepared

ENOUGH = 200  # hits of the list in rank order, of which the best are chosen
SHOWN = 12
ALIASES: Mapping[str, str] = {
    "htn": "essential hypertension", "t2dm": "type 2 diabetes", "t1dm": "type 1 diabetes", "dm": "diabetes",
    "uti": "urinary tract infection", "copd": "chronic obstructive pulmonary", "af": "atrial fibrillation",
    "afib": "atrial fibrillation", "ckd": "chronic kidney disease", "mi": "myocardial infarction",
    "ihd": "ischemic heart disease", "cad": "atherosclerotic heart disease", "chf": "heart failure",
    "hf": "heart failure",
    "cva": "cerebral infarction", "stroke": "cerebral infarction", "tia": "transient cerebral ischemic",
    "dvt": "deep vein",
    "pe": "pulmonary embolism", "gerd": "gastro-esophageal reflux", "gord": "gastro-esophageal reflux",
    "ibs": "irritable bowel", "oa": "osteoarthritis", "ra": "rheumatoid arthritis",
    "urti": "upper respiratory infection",
    "uri": "upper respiratory infection", "osa": "sleep apnea obstructive", "adhd": "attention-deficit",
    "ptsd": "post-traumatic stress", "bph": "benign prostatic", "pcos": "polycystic ovarian",
    "ms": "multiple sclerosis",
    "hiv": "human immunodeficiency", "covid": "covid-19", "cold": "acute upper respiratory", "flu": "influenza",
    "heart attack": "acute myocardial infarction", "high blood pressure": "essential hypertension",
}  # fmt: skip
# British spellings, as the list is American.
SPELLINGS = (
    ("oedema", "edema"), ("anaemi", "anemi"), ("haem", "hem"), ("oesoph", "esoph"), ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"), ("apnoea", "apnea"), ("ischaem", "ischem"), ("leukaem", "leukem"), ("tumour", "tumor"),
    ("foetal", "fetal"), ("gynaec", "gynec"), ("paed", "ped"), ("caec", "cec"), ("coeliac", "celiac"),
    ("orthopaed", "orthoped"), ("hypoglycaem", "hypoglycem"), ("glycaem", "glycem"), ("lipidaem", "lipidem"),
)  # fmt: skip
CODE = re.compile(r"[a-tv-z]\d[0-9a-z](\.?[0-9a-z]{0,4})|u\d\d(\.?[0-9a-z]{0,4})", re.IGNORECASE)
# Of one character each, so that places stay the same.
SPACED = str.maketrans(dict.fromkeys("\t-()[],.;:/'\"", " ") | dict(zip("éèëöôüäàñç", "eeeoouaanc", strict=True)))


@dataclass(frozen=True, slots=True)
class Code:
    """`words` as the list has them. `term`: the inclusion term that was found, where the words were not."""

    code: str
    words: str
    term: str = ""


PREGNANT = {"Z33", "Z34", "Z36", "Z3A"}
NEWBORN = 28  # days


@dataclass(frozen=True, slots=True)
class Context:
    """Of this chart: codes used in it, first; of this clinic: how often each was used. `perinatal`: pregnant, or under
    28 days old, when O and P come up."""

    chart: Collection[str] = ()
    clinic: Mapping[str, int] | None = None
    perinatal: bool = False


def is_perinatal(codes: Collection[str], born: date | None, today: date) -> bool:
    """Whether the patient is under 28 days old, or pregnant by the codes of the chart."""
    newborn = born is not None and (today - born).days < NEWBORN
    return newborn or any(code[0] == "O" or code[:3] in PREGNANT for code in codes)


def of_code(code: str) -> Code | None:
    """Exactly that code, as it is written with its point."""
    row = _of_code(code) if CODE.fullmatch(code) else None
    return Code(row.code, row.words) if row else None


@cache
def _text() -> tuple[str, str]:
    """The table as it is, and as it is searched: folded, each word behind a space, line for line of the same length.

    Raises NotPrepared.
    """
    try:
        text = (DATA / "icd-10-cm.tsv").read_text(encoding="utf-8")
    except OSError as error:
        raise NotPrepared("icd-10-cm.tsv is missing. Run: make prepare") from error
    return text, text.lower().translate(SPACED)


@cache
def _sample() -> str:
    """A tenth of the table, from all over it: which of the typed words is rare."""
    _, low = _text()
    return "".join(low[at : at + 4_000] for at in range(0, len(low), 40_000))


def search(typed: str, context: Context = Context(), limit: int = SHOWN) -> list[Code]:
    """The best first. A code, or its beginning, finds codes ("E11", "e119"); else each word must begin a word."""
    plain = american(fold(typed))
    if plain not in ALIASES and CODE.fullmatch(plain):
        return _by_code(plain, limit)
    meant = ALIASES.get(plain) or " ".join(ALIASES.get(each, each) for each in plain.split())
    words = meant.translate(SPACED).split()
    if not words or max(map(len, words)) < 2:
        return []
    found = {row.code: row for row in [*_known(words, context), *_matching(words, context.perinatal)]}
    return [_shown(row, words) for row in sorted(found.values(), key=lambda row: _place(row, words, context))[:limit]]


def american(text: str) -> str:
    for british, ours in SPELLINGS:
        text = text.replace(british, ours)
    return text


class _Row(NamedTuple):
    """A line: its rank, code, words and inclusion terms, and the last two as they are searched."""

    rank: int
    code: str
    words: str
    terms: str
    folded: str
    folded_words: str


def _row(start: int, end: int) -> _Row:
    """Of the line between two places of the table."""
    text, low = _text()
    rank, code, words, terms = text[start:end].split("\t")
    at = start + len(rank) + len(code) + 1
    return _Row(int(rank), code, words, terms, low[at:end], low[at : at + 1 + len(words)])


def dotted(bare: str) -> str:
    """E118 as it is written: E11.8."""
    return f"{bare[:3]}{'.' if bare[3:] else ''}{bare[3:]}"


@lru_cache(maxsize=4096)
def _of_code(code: str) -> _Row | None:
    text, _ = _text()
    at = text.find(f"\t{code}\t")
    return _row(text.rfind("\n", 0, at) + 1, text.find("\n", at)) if at >= 0 else None


def _by_code(typed: str, limit: int) -> list[Code]:
    start = f"\t{dotted(typed.replace('.', '').upper())}"
    text, _ = _text()
    found: list[Code] = []
    at = 0
    while (hit := text.find(start, at)) >= 0:
        at = text.find("\n", hit)
        code, words, _terms = text[hit + 1 : at].split("\t")
        found.append(Code(code, words))
    return sorted(found, key=lambda each: each.code)[:limit]


def _matching(words: Sequence[str], perinatal: bool) -> list[_Row]:
    """Lines in which each word begins a word: the first ENOUGH in rank order, beside O and P where they matter."""
    _, low = _text()
    rarest = f" {min(words, key=lambda word: (_sample().count(f' {word}'), -len(word)))}"
    found: list[_Row] = []
    late = at = 0
    while len(found) - late < ENOUGH and (hit := low.find(rarest, at)) >= 0:
        start, at = low.rfind("\n", 0, hit) + 1, low.find("\n", hit)
        if len(words) > 1 and not _has(low[start:at], words):
            continue
        row = _row(start, at)
        if _has(row.folded, words):
            found.append(row)
            late += perinatal and row.code[0] in LATE_CHAPTERS[:2]
    return found


def _has(folded: str, words: Sequence[str]) -> bool:
    """Whether each word begins a word of it."""
    return all(f" {each}" in folded for each in words)


def _known(words: Sequence[str], context: Context) -> list[_Row]:
    """What this chart and this clinic have used, however far behind it stands in the list."""
    rows = [_of_code(code) for code in {*context.chart, *(context.clinic or {})}]
    return [row for row in rows if row and _has(row.folded, words)]


def _place(row: _Row, words: Sequence[str], context: Context) -> tuple[bool, int, int, int]:
    """This chart, this clinic, then the list; a code whose own words begin so before one that only includes it."""
    used = (context.clinic or {}).get(row.code, 0)
    rank = max(row.rank - 45000, 200) if context.perinatal and row.code[0] in LATE_CHAPTERS[:2] else row.rank
    where = [row.folded_words.find(f" {each}") for each in words]
    early = 5000 if -1 in where else min(where) * 20
    return row.code not in context.chart, -used, rank + early, len(row.words)


def _shown(row: _Row, words: Sequence[str]) -> Code:
    if _has(row.folded_words, words):
        return Code(row.code, row.words)
    terms = (each for each in row.terms.split("; ") if _has(f" {each.lower().translate(SPACED)}", words))
    return Code(row.code, row.words, next(terms, ""))


# --- Already listed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """A problem of the chart. `side`: "left", "right", "both" or empty; `since`: an ISO date, partial or whole."""

    code: str
    words: str
    side: str = ""
    since: str = ""


def already(code: str, side: str, listed: Sequence[Listed]) -> Listed | None:
    """The problem of the same three-character category and side."""
    return next((each for each in listed if each.code[:3] == code[:3] and each.side == side and code), None)


def side_of(words: str) -> str:
    """Of the words of a code: "Pain in right knee" is "right", "Bilateral …" both; empty where it has none."""
    found = set(words.lower().split()) & {"left", "right", "bilateral"}
    return "both" if "bilateral" in found or len(found) > 1 else "".join(found)


def already_sentence(listed: Listed) -> str:
    since = f", since {listed.since[:4]}" if listed.since else ""
    return f"Already listed: {listed.words}{since}."
