"""What stands in the charts of the cast, by the key of patients/demo/cast.py. Nothing in it is advice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from records.lines import AllergyLine, MedicineLine, ProblemLine


@dataclass(frozen=True, slots=True)
class Arrived:
    """A result, as lines of its report; `waiting`: nobody has looked at it. It came for `person`, else who wrote.

    `sender`: the laboratory that sent it, else somebody filed it.
    """

    title: str
    values: str
    waiting: bool = False
    person: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A moment `days` ago at `at` (the clinic's clock): what was written (S, O, A, P) and measured, as the line has it.

    `by` is a user name. Without `signed` the note waits for its author. `second`: it waits for a second signature (-),
    or was sent back with these words. `document`: a hospital's summary of care came (demo/received.py).
    """

    days: int
    at: str
    title: str
    by: str
    note: tuple[str, str, str, str] = ("", "", "", "")
    measured: str = ""
    addendum: str = ""
    signed: bool = True
    results: tuple[Arrived, ...] = ()
    second: str = ""
    document: bool = False


@dataclass(frozen=True, slots=True)
class Medicine:
    """`ends` in so many days; None where nothing says."""

    line: MedicineLine
    began: int
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    moments: tuple[Told, ...] = ()
    allergies: tuple[AllergyLine, ...] = ()
    none_known: bool = False
    problems: tuple[ProblemLine, ...] = ()
    medicines: tuple[Medicine, ...] = field(default=())


OKAFOR, BERNARD, DALY = "amara.okafor", "luc.bernard", "nora.daly"
COSIGNED = {DALY: BERNARD}  # whose notes are co-signed by whom


def _reviews() -> tuple[Told, ...]:
    """Pieter's quarterly visits: blood pressure above its target, weight that falls."""
    made = []
    for number in range(12):
        upper, lower = 136 + (number * 7) % 13, 82 + (number * 5) % 9
        weight = f"{97.4 - 0.3 * (12 - number):.1f}"
        made.append(
            Told(
                91 + 91 * number,
                "09:41",
                "Long-term review",
                OKAFOR,
                (
                    "Feels well. Burning feet at night now and then. No hypos.",
                    f"{upper}/{lower} sitting. Monofilament {8 - number % 2}/10 both feet, pulses felt, skin intact.",
                    f"Type 2 diabetes with polyneuropathy, stable. Blood pressure {upper}/{lower}, above target.",
                    "Go on as before. HbA1c and renal profile before the next visit. Seen again in three months.",
                ),
                f"bp {upper}/{lower} p {68 + number % 7} w {weight}",
                results=(Arrived("HbA1c", f"HbA1c {66 - number} mmol/mol (20-42)"),),
            )
        )
    return tuple(made)


def _medicine(name: str, strength: str, directions: str, began: int, ends: int | None) -> Medicine:
    return Medicine(MedicineLine(name=name, strength=strength, directions=directions), began, ends)


PIETER = Story(
    moments=(
        *_reviews(),
        Told(148, "11:05", "Phone call", BERNARD,
             ("Dizzy on standing, once, after the garden. No fall.", "", "Postural dizziness, once.",
              "To measure at home for two weeks, lying and standing."),
             addendum="Rang back on the day after: no more dizziness."),
        Told(8, "10:20", "Foot check", "nora.daly",
             ("", "Pulses felt. Monofilament 7/10 right, 8/10 left.", "Low risk.", "Again in a year."),
             "bp 144/88 p 72 w 93.9",
             results=(
                 Arrived("HbA1c and renal profile", "HbA1c 68 mmol/mol (20-42)\neGFR 64 mL/min (>60)\n"
                         "Potassium 4.6 mmol/L (3.5-5.3)\nUrine albumin/creatinine 4.1 mg/mmol (<3.0)",
                         waiting=True, person=OKAFOR),
             )),
        Told(0, "08:34", "Long-term review", OKAFOR,
             ("Tired in the afternoons since October. Walks 20 minutes a day. Takes everything.", "",
              "Diabetes worse. Blood pressure above target on losartan 50 mg.", "Dietitian by {date?}."),
             "bp 142/86 p 74 t 36.7 r 16 s 97 w 93.1 h 178", signed=False),
    ),
    allergies=(
        AllergyLine(substance="co-trimoxazole", reactions=("rash",), severity="moderate", since="2019"),
        AllergyLine(substance="ramipril", kind="intolerance", reactions=("cough",), severity="mild", since="2018"),
    ),
    problems=(
        ProblemLine(words="Type 2 diabetes mellitus with diabetic polyneuropathy", code="E11.42", since="2017"),
        ProblemLine(words="Essential (primary) hypertension", code="I10", since="2015"),
        ProblemLine(words="Hyperlipidemia, unspecified", code="E78.5", since="2017"),
        ProblemLine(words="Unilateral primary osteoarthritis, right knee", code="M17.11", since="2021"),
    ),
    medicines=(
        _medicine("metformin", "1 g", "1 twice a day", 79, 5),
        _medicine("gliclazide MR", "60 mg", "1 in the morning", 79, 5),
        _medicine("losartan", "50 mg", "1 in the morning", 79, 5),
        _medicine("atorvastatin", "20 mg", "1 at night", 39, 45),
        _medicine("paracetamol", "500 mg", "2 when needed for pain", 200, None),
    ),
)  # fmt: skip

# By days ago: lying before the second birthday, standing from then on. A girl of six.
LUCIA = {
    2150: "h 64.5 w 7.0",
    1990: "h 71.8 w 8.8",
    1810: "h 79.0 w 10.3",
    1630: "h 84.8 w 11.4",
    1470: "h 87.4 w 12.2",
    1095: "h 95.5 w 14.4",
    730: "h 102.4 w 16.6",
    365: "h 109.1 w 18.9",
    20: "h 115.6 w 21.3",
}
IDRIS = {11: "w 3.46 h 50.5 hc 34.8", 3: "w 3.31"}


def _checks(measured: Mapping[int, str]) -> tuple[Told, ...]:
    return tuple(
        Told(days, "10:05", "Child health check", "nora.daly", measured=text) for days, text in measured.items()
    )


STORIES: Mapping[str, Story] = {
    "pieter-van-den-berg": PIETER,
    "thandi-mbeki": Story(
        moments=(
            Told(12, "15:10", "Consultation", BERNARD,
                 ("Sore throat for three days, no cough.", "38.2 °C, tonsils with exudate, tender nodes.",
                  "Tonsillitis.", "Erythromycin, as penicillins are out. CRP sent. Back if it is worse."),
                 "bp 118/74 p 92 t 38.2 s 98",
                 results=(Arrived("CRP", "CRP 48 mg/L (<5)", waiting=True, sender="City Laboratory"),)),
            Told(1, "16:45", "Document", DALY, document=True),
        ),
        allergies=(AllergyLine(substance="penicillins", reactions=("rash",), severity="severe", since="2011"),),
        problems=(ProblemLine(words="Mild intermittent asthma, uncomplicated", code="J45.20", since="2004"),),
        medicines=(_medicine("salbutamol", "100 micrograms", "2 puffs when needed for wheeze", 120, None),),
    ),
    "rose-fitzgerald": Story(
        moments=(
            Told(33, "09:20", "Long-term review", OKAFOR,
                 ("Walks with her frame. No falls since spring.", "Irregularly irregular, 76.",
                  "Atrial fibrillation, rate controlled.", "Go on. INR clinic in two weeks."), "bp 128/70 p 76 w 58.4"),
        ),
        none_known=True,
        problems=(ProblemLine(words="Unspecified atrial fibrillation", code="I48.91", since="2019"),),
        medicines=(_medicine("warfarin", "3 mg", "1 in the evening", 33, 23),
                   _medicine("bisoprolol", "2.5 mg", "1 in the morning", 33, 23)),
    ),
    "mateo-garcia": Story(none_known=True, moments=(
        Told(60, "16:00", "Consultation", OKAFOR, ("Fell off his bicycle.", "Graze of the left knee, clean.",
             "Graze.", "Cleaned and dressed."), "h 134 w 42.8"),
        Told(1, "10:40", "Wound check", DALY, ("No pain.", "Knee dry, edges closed.", "Healed.", "No dressing."),
             second="-"),)),
    "lucia-garcia": Story(none_known=True, moments=_checks(LUCIA)),
    "idris-haddad": Story(moments=_checks(IDRIS)),
    "ivan-petrov": Story(moments=(
        Told(2, "14:15", "Advice by phone", DALY, ("Itching of both hands since gloves at work.", "", "Contact eczema.",
             "Ointment twice a day, no latex."), second="Which ointment, and for how long?"),),
        allergies=(AllergyLine(substance="latex", reactions=("itching",), severity="mild"),)),
}  # fmt: skip
