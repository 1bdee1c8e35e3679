"""Values of a result, one a line as a report has them: "HbA1c 68 mmol/mol (20-42) H". Pure.

Value, unit and range stay as they were sent. A flag is the laboratory's own, else it follows from the range; without
both nothing is flagged.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from records.rules.units import hba1c_ifcc, rounded

FLAGS = {"HH": "very high", "LL": "very low", "AA": "very abnormal", "H": "high", "L": "low", "A": "abnormal"}
# What senders call the same: HL7 table 0078, v3 ObservationInterpretation, and words.
SENT = {
    "HU": "HH", "HX": "HH", ">": "HH", "H>": "HH", "LU": "LL", "LX": "LL", "<": "LL", "L<": "LL",
    "CRITICAL HIGH": "HH", "CRITICALLY HIGH": "HH", "CRITICAL LOW": "LL", "CRITICALLY LOW": "LL",
    "CRITICAL ABNORMAL": "AA", "NORMAL": "N", "PANIC HIGH": "HH", "PANIC LOW": "LL",
    "ABOVE UPPER PANIC LIMITS": "HH", "BELOW LOWER PANIC LIMITS": "LL",
    "ABOVE HIGH NORMAL": "H", "BELOW LOW NORMAL": "L",
}  # fmt: skip
# Codes that flag nothing, and mean something all the same: whether a germ is susceptible, what a test found.
MEANT = {
    "S": "susceptible", "SDD": "susceptible, depending on the dose", "I": "intermediate", "R": "resistant",
    "MS": "moderately susceptible", "VS": "very susceptible", "NS": "not susceptible",
    "SYN-S": "synergy, susceptible", "SYN-R": "synergy, resistant",
    "POS": "positive", "NEG": "negative", "DET": "detected", "ND": "not detected", "IND": "indeterminate",
    "E": "equivocal", "RR": "reactive", "NR": "not reactive", "WR": "weakly reactive",
    "U": "higher than before", "D": "lower than before", "B": "better than before", "W": "worse than before",
    "CAR": "carrier", "EXP": "expected", "UNE": "unexpected", "IE": "not enough evidence",
}  # fmt: skip
GRAVE = ("HH", "LL", "AA")
CRITICAL, ABNORMAL, NORMAL = "0", "1", "2"  # how soon it is looked at, as it sorts
MOST = 60  # values of one result
LONGEST = 20_000  # characters of what a report says
A_LINE = 160  # characters that stand behind a title
WORDY = 80  # characters of a value; longer words are lines of what the report says
ELSEWHERE = "A document came with it, in the file that it came in."
CUT = "\n[Cut here: the rest is in the file that it came in.]"
NUMBER = r"[<>≤≥]?=?\s?-?\d+(?:[.,]\d+)?"
RANGE = rf"[(\[](?P<range>[^)\]]{{1,40}})[)\]]|(?P<bare>{NUMBER}\s?[-–]\s?\d+(?:[.,]\d+)?)"
UNIT = r"(?!(?:HH|LL|H|L|A|N)\b)(?:10[*^]\S+|[^\d\s()\[\]<>≤≥]\S*)"
LINE = re.compile(
    rf"(?P<name>\S.{{0,79}}?)(?:\s+(?P<number>{NUMBER})|:\s*(?P<words>[^()\[\]]{{1,80}}?))"
    rf"(?:\s*(?P<unit>{UNIT}))?(?:\s*(?:{RANGE}))?(?:\s+(?P<flag>HH|LL|H|L|A|N))?",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"(-?[\d.]+)\s*(?:-|–|to|\.\.)\s*(-?[\d.]+)")
BOUND = re.compile(r"(<|>|≤|≥|<=|>=|up to)\s*(-?[\d.]+)")
HBA1C = "4548-4"  # LOINC: in %, by NGSP
NUMBER_ALONE = re.compile(r"\d{1,2}(?:\.\d+)?", re.ASCII)
PLAIN = re.compile(r"([<>≤≥]?)=?\s?(-?\d+(?:\.\d+)?)")
PERHAPS_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """One value as sent. `flag` is a key of FLAGS or empty; `code` is LOINC's, where the source said one."""

    name: str
    value: str
    unit: str = ""
    range: str = ""
    flag: str = ""
    code: str = ""


def shortened(text: str) -> str:
    """What a report says, as far as a result keeps it; where it ends sooner it says so."""
    return text if len(text) <= LONGEST or text.endswith(CUT) else text[:LONGEST].rstrip() + CUT


def parted(values: Sequence[Value]) -> tuple[list[Value], list[str]]:
    """What a result holds as values, and the others as lines of what the report says: long words, and too many.

    Of too many, those with a flag are held first.
    """
    short, long = ([each for each in values if (len(each.value) > WORDY) is wordy] for wordy in (False, True))
    first = sorted(range(len(short)), key=lambda at: not short[at].flag)
    held = set(first[:MOST])
    more = (each for at, each in enumerate(short) if at not in held)
    return [short[at] for at in sorted(held)], [whole(each) for each in (*long, *more)]


def parse(text: str) -> tuple[list[Value], list[str]]:
    """The values, and the lines that are not understood. Words stand behind a colon: "Culture: no growth"."""
    values: list[Value] = []
    unknown: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = LINE.fullmatch(line)
        if found is None or (found["number"] and _torn(found["name"], found["number"], found["unit"] or "")):
            unknown.append(line)
            continue
        value = (found["number"] or found["words"]).strip()
        unit = found["unit"] or "" if found["number"] else ""
        said = value if found["number"] else f"{value} {found['unit'] or ''}".strip()
        values.append(
            flagged(
                Value(
                    found["name"].strip(" :"),
                    said,
                    unit,
                    (found["range"] or found["bare"] or "").strip(),
                    (found["flag"] or "").upper(),
                )
            )
        )
    return values, unknown


def _torn(name: str, number: str, unit: str) -> bool:
    """Whether a part of the number was taken for a name or a unit: "1 250", "1'250", "1,250,000"; or "CA 125 350"."""
    spaced = re.search(r"(?:^|\s)\d{1,3}$", name) and re.fullmatch(r"\d{3}(?:[.,]\d+)?", number)
    return bool(spaced or re.search(r"\d['’]\d", name) or re.match(r"[.,'’]\d", unit))


def flag_of(sent: Iterable[str]) -> str:
    """The gravest of what was sent, as codes or in words: a key of FLAGS, "N", or empty where it says neither."""
    words = {word.upper(): code for code, word in FLAGS.items()} | SENT
    codes = {words.get(each.strip().upper(), each.strip().upper()) for each in sent}
    return next((each for each in (*FLAGS, "N") if each in codes), "")


def remarked(value: Value, sent: Iterable[Sequence[str]]) -> Value:
    """With what was sent and is no flag: "<=2 mg/L, resistant". Each of `sent` is a code, its words, or both."""
    remarks = [_meant(each) for each in sent if not flag_of(each)]
    new = [each for each in dict.fromkeys(remarks) if each and each.casefold() not in value.value.casefold()]
    if not new:
        return value
    return replace(value, value=", ".join((f"{value.value} {value.unit}".strip(), *new)), unit="")


def _meant(sent: Sequence[str]) -> str:
    known = (MEANT[each.upper()] for each in sent if each.upper() in MEANT)
    return next(known, "") or max(sent, key=len, default="")


def flagged(value: Value) -> Value:
    """With the flag that was sent, else that of its range. "N" says that it is normal."""
    if value.flag:
        return replace(value, flag=value.flag if value.flag in FLAGS else "")
    return replace(value, flag=_beyond(value.value, value.range))


def _beyond(value: str, range: str) -> str:
    value, range = with_points(value, range) or ("", "")
    low, high = bounds(range)
    found = PLAIN.fullmatch(value.strip())
    if found is None:
        return ""
    sign, number = found[1], Decimal(found[2])
    if high is not None and sign not in ("<", "≤") and (number > high or (sign == ">" and number >= high)):
        return "H"
    if low is not None and sign not in (">", "≥") and (number < low or (sign == "<" and number <= low)):
        return "L"
    return ""


def within(value: Value) -> bool:
    """Whether it is known to lie in its range. Words are not, nor a bound ("<5") or a range that leaves it open."""
    if value.flag or not (points := with_points(value.value, value.range)):
        return False
    found, (low, high) = PLAIN.fullmatch(points[0].strip()), bounds(points[1])
    open_to = {"<": low, "≤": low, ">": high, "≥": high}
    return found is not None and (low, high) != (None, None) and open_to.get(found[1]) is None


def with_points(*written: str) -> tuple[str, ...]:
    """Numbers that belong together (values, their range), with their decimals behind a point.

    "1,250" is more than a thousand, or less than two. Where neither the other numbers nor a point beside it say which,
    there are none.
    """
    numbers = [each.rstrip(".,") for each in re.findall(r"\d[\d.,]*", " ".join(written))]
    commas = [each for each in numbers if "," in each]
    if not all(map(THOUSANDS.fullmatch, commas)):
        return tuple(each.replace(",", ".") for each in written)
    if len(commas) in (0, len(numbers)) or any("." in each or each.count(",") > 1 for each in numbers):
        return tuple(each.replace(",", "") for each in written)
    return ()


def bounds(range: str) -> tuple[Decimal | None, Decimal | None]:
    """The lowest and the highest normal number, where a range with points says them: "3.5-5.1", "<5", "up to 5"."""
    text = range.strip().lower()
    try:
        if found := BETWEEN.fullmatch(text):
            return Decimal(found[1]), Decimal(found[2])
        if found := BOUND.fullmatch(text):
            number = Decimal(found[2])
            return (number, None) if found[1].startswith((">", "≥")) else (None, number)
    except ArithmeticError:  # "1.2.3"
        pass
    return None, None


def normal(range: str) -> tuple[float | None, float | None]:
    """The same, to be drawn. The range comes from `with_points`, beside the values."""
    low, high = bounds(range)
    return None if low is None else float(low), None if high is None else float(high)


def severity(values: Iterable[Value]) -> str:
    """CRITICAL, ABNORMAL or NORMAL: the gravest of them."""
    flags = {each.flag for each in values}
    return CRITICAL if flags & set(GRAVE) else ABNORMAL if flags & set(FLAGS) else NORMAL


def gist(values: Sequence[Value], title: str = "") -> str:
    """One line: what is abnormal first. It stands behind the title, and does not say it again."""
    return _gist(values, title)[:A_LINE]


def gist_is_whole(values: Sequence[Value], title: str = "") -> bool:
    """Whether that line has all of them."""
    return len(_gist(values, title)) <= A_LINE


def _gist(values: Sequence[Value], title: str) -> str:
    ordered = sorted(values, key=lambda each: not each.flag)
    return "; ".join(said(replace(each, name="") if each.name == title else each) for each in ordered)


def shorter(value: str) -> str:
    """A number that a machine sent with many decimals, rounded to two; anything else as it is."""
    whole, _, decimals = value.partition(".")
    return f"{Decimal(value):.2f}" if len(decimals) > 3 and (whole + decimals).isdecimal() else value


def also(value: Value) -> str:
    """A HbA1c in % as the other half of the world has it: "48 mmol/mol"; empty of anything else."""
    if value.unit != "%" or not (value.code == HBA1C or "a1c" in value.name.casefold()):
        return ""
    return f"{rounded(hba1c_ifcc(Fraction(value.value)), 0)} mmol/mol" if NUMBER_ALONE.fullmatch(value.value) else ""


def said(value: Value) -> str:
    """ "HbA1c 68 mmol/mol high"."""
    return " ".join(part for part in (value.name, shorter(value.value), value.unit, FLAGS.get(value.flag, "")) if part)


def whole(value: Value) -> str:
    """A value as a line of text, with its range: "Culture: no growth", "CRP 48 mg/L high (<5)"."""
    words = value.value and not any(each.isdecimal() for each in value.value[:20])
    line = said(replace(value, name=f"{value.name}:")) if words else said(value)
    return f"{line} ({value.range})" if value.range else line


# --- Orders ----------------------------------------------------------------------------------------------------------

KINDS = {"lab": "Laboratory", "imaging": "Imaging", "referral": "Referral"}
IMAGING = {"xray", "x-ray", "ct", "mri", "mr", "us", "ultrasound", "echo", "imaging", "mammography", "dexa"}
REFERRAL = {"referral", "refer"}


def ordered(text: str) -> tuple[str, str]:
    """A key of KINDS, and what is ordered: "imaging", "xray chest"; by the first word, laboratory where it is none."""
    first, _, rest = text.strip().partition(" ")
    if first.lower() in REFERRAL:
        return "referral", rest.strip().removeprefix("to ").strip()
    return ("imaging" if first.lower() in IMAGING else "lab"), text.strip()
