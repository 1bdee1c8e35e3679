"""The line `amoxicillin 500 tds 7d #21 x1 prn`: a prescription as it is typed, understood in words. Pure.

What is easily misread is refused with the sentence that says what to write: the "do not use" list of the Joint
Commission (from memory: a pharmacist confirms).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from records.rules.directions import NOT_THESE, TIMINGS, Course, Length, Span, Timing, amount, by_times
from records.rules.drug_names import drug

UNITS: Mapping[str, str] = {
    "mg": "mg",
    "g": "g",
    "mcg": "micrograms",
    "microgram": "micrograms",
    "micrograms": "micrograms",
    "ml": "ml",
    "unit": "units",
    "units": "units",
    "%": "%",
    "mmol": "mmol",
}
NOT_UNITS: Mapping[str, str] = {
    "u": "Write {n} units, not {n} u: u is easily read as a 0.",
    "iu": "Write {n} units, not {n} IU: IU is easily read as IV or 10.",
    "µg": "Write {n} mcg, not {n} µg: µg is easily read as mg.",
    "μg": "Write {n} mcg, not {n} μg: μg is easily read as mg.",
    "ug": "Write {n} mcg, not {n} ug: ug is easily read as mg.",
}
FORMS: Mapping[str, str] = {
    **dict.fromkeys(("tab", "tabs", "tablet", "tablets"), "tablets"),
    **dict.fromkeys(("cap", "caps", "capsule", "capsules"), "capsules"),
    **dict.fromkeys(("susp", "suspension", "liquid", "syrup", "solution"), "liquid"),
    **dict.fromkeys(("inh", "inhaler"), "inhaler"),
    **dict.fromkeys(("patch", "patches"), "patches"),
    **{
        each: each for each in ("cream", "ointment", "gel", "drops", "spray", "injection", "suppositories", "pessaries")
    },
}
ROUTES: Mapping[str, str] = {
    "po": "by mouth",
    "im": "into a muscle",
    "sc": "under the skin",
    "pr": "into the rectum",
    "pv": "into the vagina",
    "top": "on the skin",
    "sl": "under the tongue",
}
# A number without a unit is never taken for mg here: these are dosed in micrograms, units, or both.
NOT_IN_MG = frozenset({
    "levothyroxine", "liothyronine", "digoxin", "fludrocortisone", "clonidine", "albuterol", "salmeterol", "formoterol",
    "fluticasone", "budesonide", "beclomethasone", "tiotropium", "ipratropium", "alfacalcidol", "calcitriol",
    "colecalciferol", "cholecalciferol", "ergocalciferol", "misoprostol", "desmopressin", "fentanyl", "buprenorphine",
    "tamsulosin", "insulin", "heparin", "enoxaparin", "dalteparin", "tinzaparin", "glyceryl trinitrate",
    "nitroglycerin", "methotrexate",
    "colchicine", "folic acid", "cyanocobalamin", "hydroxocobalamin", "ethinylestradiol", "estradiol",
    "levonorgestrel", "rotigotine", "pramipexole", "octreotide", "oxytocin", "epinephrine", "glucagon", "alprostadil",
    "bimatoprost", "latanoprost", "risperidone", "lithium",
})  # fmt: skip
NUMBER = r"\d+(?:[.,]\d+)?|[.,]\d+"
STRENGTH = re.compile(
    rf"(?P<n>(?:{NUMBER})(?:/(?:{NUMBER}))?)(?P<unit>[a-zµμ%]+)?(?:/(?P<per>\d*)(?P<in>ml|g|h|puff))?", re.I
)
LENGTH = re.compile(r"([1-9]\d{0,2})([dwm])", re.IGNORECASE)
SPANS: Mapping[str, Span] = {"d": "day", "w": "week", "m": "month"}
QUANTITY = re.compile(r"#([1-9]\d{0,3})")
REFILLS = re.compile(r"x(\d{1,2})", re.IGNORECASE)
DOSE = re.compile(r"([1-9]\d?½?|½)(?:-([1-9]\d?))?")
COUNTED = re.compile(r"(\d+(?:\.\d+)?½?|½)(?: ml)?")  # a dose that the quantity counts too: not of puffs or units
UNCOUNTED = frozenset({"cream", "ointment", "gel", "inhaler", "drops", "spray", "injection"})
PAIRED = re.compile(
    r"(?<![\w.,/])((?:\d+(?:[.,]\d+)?|[.,]\d+))\s+(mg|g|mcg|micrograms?|ml|units?|u|iu|[µμu]g|%)(?![\w])", re.I
)

# As it is said: "3 x daily", "twice a day", "for 7 days". "2 daily" is a dose of two, and stays so.
HOW_OFTEN = re.compile(
    r"(?<![\w.,/-])(?:(?P<word>once|twice)|(?P<n>[1-4]|one|two|three|four)\s*(?:x|×|times?))"
    r"\s*(?:daily|a\s+day|per\s+day|/\s*d(?:ay)?)(?!\w)",
    re.I,
)
HOW_LONG = re.compile(r"(?<![\w.,/-])(?:for\s+)?([1-9]\d{0,2})\s*(day|week|wk|month)s?(?!\w)", re.I)
TIMES: Mapping[str, str] = {"once": "1x", "twice": "2x", "one": "1x", "two": "2x", "three": "3x", "four": "4x"}
# Words about how much, how often or how long: a medicine is not recorded without the one that was not understood.
OF_A_DOSE = re.compile(
    r"(?:x|×|times?|once|twice|half|daily|days?|weeks?|months?|hours?|hourly|hrs?|every|each|alternate|morning|noon"
    r"|evening|night|bedtime|q\w*|[a-z]{0,2}am|[a-z]{0,2}pm|until|then|max)",
    re.I,
)


def is_of_a_dose(word: str) -> bool:
    return any(each.isdigit() or each == "½" for each in word) or OF_A_DOSE.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Prescribed:
    """What was understood. `refused` are sentences: nothing is saved while there is one. `not_understood` is named."""

    name: str = ""
    strength: str = ""  # "500 mg", "250 mg/5 ml"
    form: str = ""
    route: str = ""
    dose: str = "1"  # "1", "½", "5 ml", "2 puffs"
    timing: Timing | None = None
    as_needed: bool = False
    needed_for: str = ""
    length: Length | None = None
    quantity: int | None = None
    refills: int = 0
    refused: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be said before it can be saved."""
        parts = {"name": self.name, "strength": self.strength, "how often": self.timing or self.as_needed}
        return tuple(part for part, said in parts.items() if not said)

    @property
    def directions(self) -> str:
        """ "1 three times a day for 7 days", as it is stored, shown and printed."""
        timing = self.timing
        own = bool(timing and timing.doses) or (self.form in UNCOUNTED and self.dose == "1")  # "twice a day" of a cream
        dose = "" if own else self.dose
        parts = [dose, self.route, timing.words if timing else ""]
        if self.as_needed:
            parts.append(f"when needed{f' for {self.needed_for}' if self.needed_for else ''}")
        if self.length and not (timing and timing.per_day is None):
            parts.append(f"for {self.length.words}")
        return " ".join(part for part in parts if part)

    @property
    def chips(self) -> tuple[str, ...]:
        """Beneath the line, in words: what Enter will save."""
        quantity = f"quantity {self.quantity}" if self.quantity else ""
        refills = f"{self.refills} refill{'' if self.refills == 1 else 's'}" if self.refills else ""
        said = self.directions if self.timing or self.as_needed else ""
        return tuple(part for part in (self.name, self.strength, self.form, said, quantity, refills) if part)

    @property
    def course(self) -> Course | None:
        """For its arithmetic; None without a timing. "1-2", puffs and creams have no arithmetic of quantities."""
        if self.timing is None:
            return None
        counted = COUNTED.fullmatch(self.dose) if self.form not in UNCOUNTED else None
        quantity = Fraction(self.quantity) if self.quantity and counted else None
        dose = amount(counted[1]) if counted else Fraction(1)
        return Course(dose, self.timing, self.length, quantity, self.refills, self.as_needed)


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and the words that were not."""

    made: Prescribed = field(default_factory=Prescribed)
    name: list[str] = field(default_factory=list)
    purpose: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def keep(self, what: str, **values: object) -> bool:
        """Each thing once: a second one is not understood."""
        if what in self.said:
            return False
        self.said.add(what)
        self.made = replace(self.made, **values)  # type: ignore[arg-type]  # each reader passes fields of Prescribed
        return True


def parse(text: str) -> Prescribed:
    """The name is what stands first, up to the first word that means something."""
    read = _Reading()
    for word in _words(text):
        if not _read(word, read):
            _unread(word, read)
    name = " ".join(read.name)
    made = replace(read.made, name=name, needed_for=" ".join(read.purpose))
    made, refused = _with_unit(made, read.refused)
    return replace(made, refused=tuple(dict.fromkeys(refused)), not_understood=tuple(read.unknown))


def _words(text: str) -> Sequence[str]:
    text = HOW_OFTEN.sub(lambda found: TIMES.get((found["word"] or found["n"]).lower(), f"{found['n']}x"), text)
    text = HOW_LONG.sub(lambda found: f"{found[1]}{found[2][0].lower()}", text)
    return PAIRED.sub(r"\1\2", text).split()


def _unread(word: str, read: _Reading) -> None:
    if word.lower() in NOT_THESE:
        read.refused.append(NOT_THESE[word.lower()])
    elif not read.said:
        read.name.append(word)
    elif read.made.as_needed and word.isalpha():
        read.purpose.extend([] if word.lower() == "for" and not read.purpose else [word])
    else:
        read.unknown.append(word)


def _read(word: str, read: _Reading) -> bool:
    low = word.lower()
    if not read.name:  # a name may begin with anything, as "5-fluorouracil" does
        return False
    for what, value in _meanings(low):
        if value is not None:
            return read.keep(what, **{what: value})
    return _amount(low, read)


def _meanings(low: str) -> Iterator[tuple[str, object]]:
    """The fields of Prescribed that a word may be, and what it says there."""
    yield "timing", TIMINGS.get(low) or by_times(low)
    yield "as_needed", True if low == "prn" else None
    yield "form", FORMS.get(low)
    yield "route", ROUTES.get(low)
    length, quantity, refills = LENGTH.fullmatch(low), QUANTITY.fullmatch(low), REFILLS.fullmatch(low)
    yield "length", Length(int(length[1]), SPANS[length[2]]) if length else None
    yield "quantity", int(quantity[1]) if quantity else None
    yield "refills", int(refills[1]) if refills else None


def _amount(word: str, read: _Reading) -> bool:
    """The first is the strength, the second the dose: "500mg 2 tds", "250mg/5ml 5ml tds"."""
    if "strength" in read.said and DOSE.fullmatch(word):
        return read.keep("dose", dose=word)
    found = STRENGTH.fullmatch(word)
    if not found:
        return False
    unit = (found["unit"] or "").lower()
    if unit in NOT_UNITS:
        read.refused.append(NOT_UNITS[unit].format(n=found["n"]))
        read.said.add("strength")
        return True
    if unit and unit not in UNITS and unit not in ("puff", "puffs"):
        return False
    shown = UNITS.get(unit, unit)
    if sentence := misread(found["n"], shown):
        read.refused.append(sentence)
    number = found["n"].replace(",", ".")
    per = f"/{found['per']}{' ' if found['per'] else ''}{found['in'].lower()}" if found["in"] else ""
    value = f"{number} {shown}{per}".replace(" %", "%").strip()
    if unit in ("puff", "puffs") or "strength" in read.said:
        return unit in ("ml", "unit", "units", "puff", "puffs") and not per and read.keep("dose", dose=value)
    return read.keep("strength", strength=value)


def misread(number: str, unit: str) -> str:
    """Why a number must not be written so (words 42), or nothing."""
    for part in number.split("/"):
        if re.fullmatch(r"\d+[.,]\d{3}", part) and not part.startswith("0"):
            return (
                f"{part} can be read as {re.sub('[.,]', '', part)}: write the number without a comma or three decimals."
            )
        plain = part.replace(",", ".")
        if plain.startswith("."):
            return _better(f"0{plain}", part, unit)
        if "." in plain and plain.endswith("0"):
            better = plain.rstrip("0").rstrip(".")
            return _better(better, part, unit)
    return ""


def _better(number: str, typed: str, unit: str) -> str:
    return f"Write {f'{number} {unit}'.strip()}, not {f'{typed} {unit}'.strip()}: the point is easily missed."


def _with_unit(made: Prescribed, refused: list[str]) -> tuple[Prescribed, list[str]]:
    """A bare number is mg for a medicine that is known and always dosed in mg; else the unit has to be said."""
    if not made.strength or not re.fullmatch(r"[\d./]+", made.strength):
        return made, refused
    ingredients = drug(made.name).ingredients
    if ingredients and not set(ingredients) & NOT_IN_MG:
        return replace(made, strength=f"{made.strength} mg"), refused
    return made, [*refused, f"Write the unit: {made.strength} mg, mcg or units?"]
