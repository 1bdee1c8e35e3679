"""What the demo clinics charge. Pure."""

from dataclasses import dataclass

SINCE = "2024-01-01"
PHYS10, TEN_OF, USED = "PHYS10", "Kowalska", 3  # who has bought ten sessions, and used three
CHECKUP = "CHECKUP"  # the package
DEARER = 200  # by so much consultations cost more since New Year
USUALLY = 80_000  # what payers pay, in thousandths of a percent


@dataclass(frozen=True, slots=True)
class Service:
    """`price` counts the minor unit; `usual` are the names of the visits that are billed as this.

    `agreed` is its price on the list of insurers, 0 where that is the usual one; `parts` are those of a package.
    """

    code: str
    name: str
    price: int
    category: str
    usual: tuple[str, ...] = ()
    rate: int = 0
    sessions: int = 0
    covers: str = ""
    agreed: int = 0
    parts: tuple[str, ...] = ()


SERVICES = (
    Service(
        "CONS15", "Consultation, 15 min", 6500, "Consultations", ("Consultation", "Office visit", "Urgent"), agreed=6000
    ),
    Service("FUP15", "Follow-up, 15 min", 5000, "Consultations", ("Follow-up",), agreed=4600),
    Service("NEW30", "First visit, 30 min", 9500, "Consultations", ("New patient",)),
    Service("LTR30", "Long-term review, 30 min", 9500, "Consultations", ("Long-term review", "Annual physical")),
    Service("CHILD", "Child health check", 5500, "Consultations", ("Child health", "Well child")),
    Service("DIAB30", "Diabetes review, 30 min", 8500, "Consultations", ("Diabetes review",)),
    Service("PHONE", "Consultation by phone", 3500, "Consultations", ("Phone call", "Phone visit")),
    Service("PROC", "Small procedure", 12000, "Procedures", ("Small procedure",)),
    Service("SUTURE", "Stitches, up to 5", 8000, "Procedures"),
    Service("REMOVE", "Stitches removed", 2500, "Procedures"),
    Service("VACC", "Vaccination", 2500, "Vaccinations", ("Vaccination",)),
    Service("FLU", "Flu vaccine", 1850, "Vaccinations"),
    Service("TETANUS", "Tetanus vaccine", 2450, "Vaccinations"),
    Service("FBC", "Full blood count", 2400, "Laboratory"),
    Service("TSH4", "Thyroid panel", 4800, "Laboratory"),
    Service("HBA1C", "HbA1c, capillary", 2800, "Laboratory"),
    Service("LIPID", "Lipid panel", 3100, "Laboratory"),
    Service("URINE", "Urine, dipstick", 900, "Laboratory"),
    Service("ECG", "ECG, 12 leads", 4500, "Tests", agreed=4000),
    Service("SPIRO", "Spirometry", 5500, "Tests"),
    Service("FOOT", "Foot examination", 2200, "Tests"),
    Service("AUDIO", "Hearing test", 3800, "Tests"),
    Service("PHYSIO", "Physiotherapy, 30 min", 4800, "Physiotherapy"),
    Service(PHYS10, "Physiotherapy, 10 sessions", 42000, "Physiotherapy", sessions=10, covers="PHYSIO"),
    Service("LETTER", "Travel letter", 3000, "Letters", rate=20_000),
    Service("REPORT", "Report for an insurer", 8500, "Letters", rate=20_000),
    Service("FITWORK", "Fitness for work, form", 4500, "Letters", rate=20_000),
    Service("NOSHOW", "Missed appointment", 2000, "Other", rate=20_000),
    Service(CHECKUP, "Health check with blood and ECG", 16500, "Packages", parts=("NEW30", "FBC", "LIPID", "ECG")),
)
