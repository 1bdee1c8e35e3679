"""Made-up people and pages for the gallery: what each sample is rendered with."""

from types import SimpleNamespace
from typing import Any

from django import forms

from clinnet.contributions import Place
from patients.banner import Item

PLACES = [
    Place(n * 10, label, icon, "patients:list", "patient:read", label.lower())
    for n, (label, icon) in enumerate(
        [
            ("Day", "calendar-event"),
            ("Patients", "users"),
            ("Money", "cash"),
            ("Tasks", "checkbox"),
            ("Manage", "settings"),
        ]
    )
]


class Register(forms.Form):
    """The shape of the registration form, for its looks."""

    family_name = forms.CharField(label="Family name", required=False)
    given_name = forms.CharField(label="Given name")
    birth = forms.CharField(label="Date of birth", help_text="As people say it: 14/3/85, 14 Mar 1985, or an age: 41")
    sex = forms.ChoiceField(
        label="Sex",
        choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(label="E-mail", required=False)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("vi", "Vietnamese")], required=False)
    interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class Phone(forms.Form):
    number = forms.CharField(label="Phone", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("mobile", "Mobile"), ("home", "Home")], required=False)
    preferred = forms.BooleanField(label="Preferred", required=False)


Phones = forms.formset_factory(Phone, extra=1, can_delete=True)


def row(name: str, birth: str, age: str, sex: str, number: str, **more: Any) -> dict[str, Any]:
    base = "/c/northside/patients/01J"
    plain = {"id": "01J", "url": base, "preferred": "", "tail": "", "same_name": False, "flags": []}
    return plain | {"family_given": name, "birth": birth, "age": age, "sex": sex, "number": number} | more


PEOPLE = [
    row(
        "García, Lucía",
        "2 Feb 2020",
        "6 y",
        "F",
        "005112",
        tail="4821",
        next="Today 10:30 Okafor, Booked",
        book_url="/b",
    ),
    row(
        "García, María",
        "14 Mar 1985",
        "41 y",
        "F",
        "004821",
        tail="4821",
        preferred="Mari",
        next="Thu 26 Nov 10:30",
        book_url="/b",
    ),
    row("Garcia, Maria", "14 Mar 1985", "41 y", "F", "005930", same_name=True, book_url="/b"),
    row(
        "García Lorca de la Fuente-Montenegro, Maximiliano", "1985", "~41 y", "M", "000017", tail="0031", book_url="/b"
    ),
    row("Haddad, Idris", "11 Nov 2026", "11 days", "M", "006001", book_url="/b"),
    row("李, 伟", "9 Sep 1971", "55 y", "M", "003307", tail="7719", book_url="/b"),
    row("الراشد, نور", "21 Jun 1994", "32 y", "F", "004410", tail="5530", book_url="/b"),
    row("Costa, João", "30 Dec 1950", "75 y", "M", "000233", flags=[{"icon": "archive", "label": "archived"}]),
]
BANNER: dict[str, Any] = {
    "url": "/c/northside/patients/01J",
    "family_given": "García, María",
    "preferred": "Mari",
    "letters": "MG",
    "seed": "01J",
    "age": "41 y",
    "sex": "F",
    "birth": "14 Mar 1985",
    "number": "004821",
    "phone": "06 12 34 48 21",
    "phone_href": "tel:+33612344821",
    "alerts": [{"text": "Latex allergy", "stop": True}, {"text": "Interpreter: Spanish", "stop": False}],
    "facts": [{"text": "To pay £24.50", "icon": "", "wrong": True}],
    "book_url": "/book",
    "more": (
        Item("Merge with another record", "arrow-merge", "patients:merge"),
        Item("Restrict the chart", "lock", "patients:restrict"),
        Item("Archive", "archive", "patients:archive", danger=True),
    ),
    "strips": [{"kind": "warn", "icon": "message-off", "text": "No consent for messages"}],
}
NAMES = ["Overview", "Chart", "Appointments", "Money", "Details", "Contacts", "History"]
TABS = [{"label": n, "url": f"/t/{n}", "here": n == "Overview", "rest": n in NAMES[-2:]} for n in NAMES]
DETAIL_TABS = [tab | {"here": tab["label"] == "Details"} for tab in TABS]
LETTERS = [{"label": c, "url": "" if c in "QXY" else f"?l={c}", "here": c == "G"} for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
LETTERS += [{"label": label, "url": f"?l={code}", "here": False} for label, code in (("漢字", "han"), ("ع", "arab"))]
DIFFERENT = [
    {"name": "phone", "label": "Phone", "left": "06 12 34 48 21", "right": "06 99 00 11 22", "pick": "yours"},
    {"name": "address", "label": "Address", "left": "5 Mill Lane, Leeds", "right": "", "pick": "yours"},
    {"name": "language", "label": "Language", "left": "English", "right": "Spanish", "pick": "theirs"},
]


YOURS = {"value": "yours", "label": "Yours", "note": "not saved yet"}
THEIRS = {"value": "theirs", "label": "Ben's", "note": "saved at 10:12"}


def messages() -> list[Any]:
    undo = '[{"label": "Undo", "url": "/undo", "post": true, "fields": []}]'
    return [SimpleNamespace(message="Saved: address of María García.", extra_tags=undo, level_tag="success")]


def wrong_form() -> Register:
    return Register({"family_name": "Garcia", "birth": "31 Feb 1985", "sex": "female", "language": "en"})


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample: its template and what it is rendered with."""
    banner = {"banner": BANNER}
    return {
        "list": ("list.html", {"people": PEOPLE * 3, "letters": LETTERS}),
        "empty": ("list.html", {"people": [], "letters": LETTERS}),
        "register": ("register.html", {"form": Register(), "phones": Phones(prefix="phones")}),
        "wrong": ("register.html", {"form": wrong_form(), "phones": Phones(prefix="phones"), "known": True}),
        "overview": ("overview.html", banner | {"tabs": TABS, "messages": messages()}),
        "details": ("details.html", banner | {"tabs": DETAIL_TABS, "form": Register({"sex": "female"})}),
        "compare": ("stale.html", banner | {"rows": DIFFERENT, "left": YOURS, "right": THEIRS}),
        "found": ("found.html", {"results": PEOPLE, "searched": "gar", "full": True}),
        "404": (
            "errors/404.html",
            {"sentence": "We can't find that here. It may have moved, or the link may be wrong."},
        ),
        "503": (
            "errors/503.html",
            {"sentence": "Not saved yet: the system is busy. Your entries are here. Try again.", "again": [("a", "b")]},
        ),
        "500": ("errors/500.html", {}),
    }


def request(method: str) -> Any:
    permissions = frozenset({"patient:read", "patient:write"})
    clinic = SimpleNamespace(id="northside", name="Northside Clinic", locale="en-GB")
    return SimpleNamespace(
        method=method,
        clinic=clinic,
        scope=SimpleNamespace(clinic="northside", permissions=permissions),
        signin=SimpleNamespace(name="Ana Ruiz", roles=["receptionist"], person="p", left=900.0, idle_minutes=15),
        resolver_match=SimpleNamespace(namespace="patients", view_name="patients:list"),
        get_full_path="/c/northside/patients/",
        places=True,
    )
