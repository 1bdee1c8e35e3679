"""What a clinic is called and where it is: settings of no app, which documents and messages read."""

from clinnet.console.settings.declared import Setting, Subject, Values
from clinnet.console.settings.samples import sample
from clinnet.console.shows import Reader
from clinnet.forms.fields import Line

LONGEST = 120  # characters of a line
DATES = {"DMY": "Day, month, year", "MDY": "Month, day, year"}
PLACE = "It was set when the clinic was opened. Times, amounts and numbers were written by it since."


def _named(value: str, values: Values) -> str:
    return "" if value.strip() else "A clinic needs a name."


def _name(label: str) -> Line:
    return Line(label, most=LONGEST, required=True, error_messages={"required": "A clinic needs a name."})


def _address(label: str) -> Line:
    return Line(label, most=LONGEST, help_text="On documents, in letters and in patients' calendars")


def _phone(label: str) -> Line:
    return Line(label, most=LONGEST, help_text="For questions: it stands in every message and behind every link")


def _letterhead(label: str) -> Line:
    return Line(label, help_text="At the foot of documents: a registration or tax number, a website")


def _logo(value: object, reader: Reader) -> str:
    return "A picture" if value else ""


def _dates(value: object, reader: Reader) -> str:
    return DATES.get(str(value), str(value))


SETTINGS = (
    Subject(
        10,
        "clinic",
        "The clinic",
        "Documents, letters and messages begin with it.",
        links=(("Choose a logo", "console:settings-logo"),),
        sample=sample,
    ),
    Setting("clinic", "name", "Name", _name, problem=_named),
    Setting("clinic", "address", "Address", _address),
    Setting("clinic", "phone", "Phone", _phone),
    Setting("clinic", "letterhead", "Small print", _letterhead),
    Setting("clinic", "logo", "Logo", None, _logo, why="It is chosen on a page of its own."),
    Subject(90, "place", "Country and money"),
    Setting("place", "country", "Country", None, why=PLACE),
    Setting("place", "money", "Currency", None, why=PLACE),
    Setting("place", "time_zone", "Time zone", None, why=PLACE),
    Setting("place", "date_order", "Dates", None, _dates, why=PLACE),
)
