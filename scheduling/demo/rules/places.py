"""How a demo clinic is arranged: staff, rooms, types of visit, hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduling.calendar.rules.hours import Kept, Session
from scheduling.calendar.rules.slots import Need

WEEK = range(7)  # a demo clinic is open every day, so that there is one to look at


@dataclass(frozen=True, slots=True)
class Doctor:
    """`username` of somebody who may sign in; others are on the staff without. `fill` is how full a usual day is."""

    key: str
    name: str
    start: str = "08:00"
    end: str = "17:30"
    lunch: tuple[str, str] = ("13:00", "14:00")
    room: str = ""
    fill: float = 1.0
    username: str = ""
    urgent: tuple[str, str] = ("", "")  # kept for urgent patients until nine that day
    days: range | tuple[int, ...] = WEEK

    @property
    def sessions(self) -> list[Session]:
        return [Session(weekday, self.start, self.end, (self.lunch,)) for weekday in self.days]

    @property
    def kept(self) -> list[Kept]:
        start, end = self.urgent
        return [Kept(weekday, start, end, "urgent", "09:00") for weekday in self.days] if start else []


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of visit. `share` of all visits; `ages` whom it is for; `reasons` as a receptionist types them."""

    key: str
    name: str
    minutes: int
    colour: str
    share: int
    rooms: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    ages: tuple[int, int] = (16, 120)
    before: int = 0
    after: int = 0
    nurse: int = 0
    kept_for: str = ""
    remote: str = ""
    prepare: Mapping[str, str] = field(default_factory=dict)

    @property
    def need(self) -> Need:
        return Need(self.minutes, self.before, self.after, self.nurse)


@dataclass(frozen=True)
class Plan:
    """A whole clinic. `full` is how many visits a full weekday has."""

    doctors: tuple[Doctor, ...]
    rooms: tuple[str, ...]
    kinds: dict[str, Kind] = field(repr=False)
    desk: tuple[str, ...]
    full: int


CONSULTING = tuple(f"Room {number}" for number in range(1, 9))
NORTHSIDE_DOCTORS = (
    Doctor("okafor", "Dr Amara Okafor", room="Room 1", username="amara.okafor", urgent=("11:30", "12:00")),
    Doctor("bernard", "Dr Luc Bernard", room="Room 2", username="luc.bernard", lunch=("12:30", "13:30")),
    Doctor("nair", "Dr Priya Nair", room="Room 3", lunch=("12:30", "13:30"), urgent=("16:00", "16:30")),
    Doctor("rivas", "Dr Elena Rivas", room="Room 4"),
    Doctor("adeyemi", "Dr Tunde Adeyemi", start="10:00", end="18:00", room="Room 5", fill=0.8),
    Doctor("sato", "Dr Hana Sato", room="Room 6", lunch=("12:00", "13:00")),
    Doctor("lindqvist", "Dr Ingrid Lindqvist", room="Room 7", fill=0.6),
    Doctor("whitfield", "Dr Tom Whitfield", end="16:30", room="Room 8", fill=0.7),
)
CARD = {
    "en": "Bring your vaccination card, and wear something with short sleeves.",
    "es": "Traiga su cartilla de vacunación y venga en manga corta.",
    "fr": "Apportez votre carnet de vaccination et venez en manches courtes.",
    "de": "Bringen Sie Ihren Impfausweis mit, und kommen Sie mit kurzen Ärmeln.",
}
KINDS = (
    Kind("consultation", "Consultation", 15, "blue", 34, CONSULTING, (
        "Cough, 5 days", "Sore throat", "Back pain", "Headaches", "Knee pain", "Earache", "Rash on the arm",
        "Tired for weeks", "Dizziness", "Stomach ache", "Cough, no fever", "Shoulder pain", "Sleeping badly",
    )),
    Kind("follow-up", "Follow-up", 15, "teal", 30, CONSULTING, (
        "Blood pressure", "Test results", "Medicines", "After hospital", "Sick note", "Thyroid", "Blood results",
        "Physiotherapy letter", "Repeat prescription", "Wound check",
    )),
    Kind("new", "New patient", 30, "violet", 5, CONSULTING, ("First visit", "Moved here", "First visit, medicines"),
         kept_for="new"),
    Kind("review", "Long-term review", 30, "green", 9, CONSULTING,
         ("Asthma review", "Blood pressure review", "Heart review", "Yearly check"), ages=(30, 120)),
    Kind("child", "Child health", 15, "pink", 9, CONSULTING,
         ("Fever since yesterday", "Growth check", "Earache", "Cough at night", "Eczema"), ages=(0, 15)),
    Kind("diabetes", "Diabetes review", 30, "green", 3, ("Nurse room", "Treatment room"), ("Diabetes, quarterly",),
         ages=(35, 120), nurse=15),
    Kind("vaccination", "Vaccination", 10, "amber", 5, ("Nurse room",), ("Flu", "Travel", "Tetanus", "Flu and Covid"),
         ages=(1, 120), nurse=5, prepare=CARD),
    Kind("procedure", "Small procedure", 30, "red", 3, ("Treatment room",),
         ("Mole removal", "Stitches out", "Joint injection"), ("okafor", "bernard", "whitfield"), before=0, after=15),
    Kind("phone", "Phone call", 10, "grey", 7, (), ("Results by phone", "Medicine question", "Call back about letter"),
         remote="phone"),
    Kind("urgent", "Urgent", 15, "red", 0, CONSULTING, ("Short of breath", "Bad stomach pain"), ages=(0, 120),
         kept_for="urgent"),
)  # fmt: skip
NORTHSIDE = Plan(
    NORTHSIDE_DOCTORS,
    (*CONSULTING, "Nurse room", "Treatment room"),
    {each.key: each for each in KINDS},
    ("Ana Ruiz", "Ben Okoro"),
    78,
)

EXAM = ("Exam 1", "Exam 2", "Exam 3")
HARBOR_KINDS = (
    Kind("consultation", "Office visit", 15, "blue", 34, EXAM, KINDS[0].reasons),
    Kind("follow-up", "Follow-up", 15, "teal", 30, EXAM, ("Blood pressure", "Lab results", "Refill", "After ER")),
    Kind("new", "New patient", 30, "violet", 6, EXAM, ("First visit",), kept_for="new"),
    Kind("review", "Annual physical", 30, "green", 14, EXAM, ("Annual physical",), ages=(18, 120)),
    Kind("child", "Well child", 20, "pink", 8, EXAM, ("Well child", "School form"), ages=(0, 15)),
    Kind("phone", "Phone visit", 10, "grey", 8, (), ("Lab results", "Refill question")),
)
HARBOR = Plan(
    (
        Doctor("stone", "Gale Stone", room="Exam 1", username="gale.stone", lunch=("12:00", "13:00")),
        Doctor("ramos", "Dr Carmen Ramos", room="Exam 2", start="08:30", end="17:00", fill=0.8),
        Doctor("whitaker", "Joan Whitaker, NP", room="Exam 3", start="09:00", end="15:00", fill=0.6),
    ),
    EXAM,
    {each.key: each for each in HARBOR_KINDS},
    ("Hal Reed", "Ben Okoro"),
    26,
)


def plan_of(clinic: str) -> Plan:
    return HARBOR if clinic == "harbor" else NORTHSIDE
