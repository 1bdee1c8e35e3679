"""What a clinic decided: one page, each change with its history and its way back, and said before it weakens."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from clinnet import contributions, files
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission, Role
from clinnet.console.settings import access, services
from clinnet.console.settings.declared import Setting, Subject, by_name, values_of
from clinnet.console.settings.samples import Sample
from clinnet.documents import Document, Head, Paper
from clinnet.table import Scope, get
from clinnet.table.errors import Denied, Refused, Stale, Unavailable
from clinnet.table.kept import forget
from tests.conftest import scope_of
from tests.console.conftest import page
from tests.patients.pages import hidden, plain


def clinic_of(scope: Scope) -> Clinic:
    return get(scope, Clinic, Clinic.at(scope.clinic_id))


def change(scope: Scope, **values: Any) -> None:
    services.change(scope, clinic=clinic_of(scope), values=values)


def send(browser: Client, scope: Scope, path: str, **typed: Any) -> Any:
    """The form as it is shown, with what is typed over it."""
    html = page(browser, scope, path)
    values = {name: value for name, value in values_of(clinic_of(scope)).items() if value and f'name="{name}"' in html}
    form = hidden(html[html.index("<main") :])
    return browser.post(f"/c/{scope.clinic}/manage/{path}", {**values, **form, **typed})


def test_a_declaration_that_leads_nowhere_is_told() -> None:
    wrong = Setting("nowhere", "no_such", "No such", None)
    said = " ".join(wrong.problems())
    assert "no_such is no attribute of Clinic" in said
    assert "which nobody declares" in said
    assert "does not say why" in said
    assert list(contributions.of(Subject)) == sorted(contributions.of(Subject), key=lambda each: each.order)


def test_what_was_changed_is_told_and_put_back_and_stands_in_one_history(boss: Scope, browser: Client) -> None:
    assert send(browser, boss, "settings/day/", late_after="8", no_show_after="25").status_code == 302
    assert (clinic_of(boss).late_after, clinic_of(boss).slot_grain) == (8, 15)
    version = clinic_of(boss).version
    assert send(browser, boss, "settings/day/").status_code == 302
    assert clinic_of(boss).version == version  # the same again is not written
    shown = page(browser, boss, "settings/history/")
    assert "Late after 5 minutes 8 minutes" in plain(shown)
    back = shown.partition("settings/day/?event=")[2].partition('"')[0]
    assert "What was before is filled in" in page(browser, boss, f"settings/day/?event={back}")
    html = page(browser, boss, f"settings/day/?event={back}")
    form = hidden(html[html.index("<main") :])
    assert 'value="5"' in html
    assert 'value="20"' in html
    typed = {"slot_grain": "15", "late_after": "5", "no_show_after": "20", "squeezed_by": ["nurse", "doctor", "admin"]}
    url = f"/c/{boss.clinic}/manage/settings/day/?event={back}"
    assert browser.post(url, {**form, **typed}).status_code == 302
    assert clinic_of(boss).late_after == 5
    page(browser, boss, "settings/day/?event=2026-11-28T10:00:00.000Z~01ABC", status=404)


def test_what_weakens_is_said_and_saved_once_it_is_meant(boss: Scope, browser: Client) -> None:
    answer = send(browser, boss, "settings/messages/", names_in_messages="on")
    assert answer.status_code == 422
    assert "reads a family&#x27;s mailbox" in answer.content.decode()
    assert not clinic_of(boss).names_in_messages
    assert send(browser, boss, "settings/messages/", names_in_messages="on", sure="other").status_code == 422
    meant = {"names_in_messages": "on", "sure": "names_in_messages"}
    assert send(browser, boss, "settings/messages/", **meant).status_code == 302
    assert clinic_of(boss).names_in_messages
    assert services.weaker(clinic_of(boss), {"names_in_messages": False}) == {}
    assert list(services.weaker(clinic_of(boss), {"squeezed_by": ["receptionist"]})) == ["squeezed_by"]


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"slot_grain": 7}, "slot_grain", "Choose 5, 10 or 15 minutes."),
        ({"late_after": 300}, "late_after", "From 0 minutes to 4 hours."),
        ({"late_after": 30, "no_show_after": 20}, "no_show_after", "Not before somebody is late"),
        ({"reminders": "900"}, "reminders", "A reminder leaves from 1 hour to 14 days before."),
        ({"name": " "}, "name", "A clinic needs a name."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(boss: Scope, values: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        change(boss, **values)
    assert (refused.value.field, said in refused.value.sentence) == (field, True)


def test_settings_are_the_administrators_and_two_of_them_do_not_overwrite_each_other(boss: Scope) -> None:
    before = clinic_of(boss)
    change(boss, phone="020 7946 0000")
    assert by_name()["reminders"].of(before) == "48,24"
    with pytest.raises(Stale):
        services.change(boss, clinic=before, values={"address": "5 Mill Lane"})
    with pytest.raises(Denied):
        change(scope_of(boss.clinic_id, Role.DOCTOR), phone="1")
    few = Scope(boss.clinic, boss.actor, frozenset({Permission.CLINIC_MANAGE}), boss.session)
    with pytest.raises(Denied):  # a subject may ask for more
        change(few, late_after=6)
    assert clinic_of(boss).phone == "020 7946 0000"


def test_who_may_do_what_is_the_table_that_is_in_force(boss: Scope, browser: Client) -> None:
    told = [each for lines in access.GROUPS.values() for each in lines]
    assert sorted(told) == sorted(Permission)  # each once, in words
    assert set(access.ROLES) == set(Role)
    shown = page(browser, boss, "settings/access/")
    assert "Read charts No Yes Yes No" in plain(shown)
    assert "Book outside hours No Yes Yes Yes" in plain(shown)
    change(boss, squeezed_by=["doctor"])
    assert "Book outside hours No No Yes No" in plain(page(browser, boss, "settings/access/"))
    assert "settings/access/" in page(browser, boss, "settings/")


# --- On paper --------------------------------------------------------------------------------------------------------


def picture(width: int = 300, height: int = 100) -> SimpleUploadedFile:
    with BytesIO() as file:
        Image.new("RGBA", (width, height), (200, 0, 0, 255)).save(file, "PNG")
        return SimpleUploadedFile("logo.png", file.getvalue())


def test_a_logo_is_drawn_anew_and_stands_on_documents_but_no_receipt(
    boss: Scope, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(boss, letterhead="Registered in Leeds, 4711")
    answer = send(browser, boss, "settings/logo/", logo=picture())
    assert answer.status_code == 302
    clinic = clinic_of(boss)
    head = Head.of(clinic)
    assert head.inputs()["logo-width"] == "48.0"  # 16 mm high
    data = Sample("Test Clinic", "", "")
    for paper, pictures in ((Paper.A4, 1), (Paper.RECEIPT, 0)):
        pdf = PdfReader(BytesIO(Document("Sample", "documents/sample.typ", data, paper, head).render()))
        assert len(pdf.pages[0].images) == pictures
        assert "Registered in Leeds, 4711" in pdf.pages[0].extract_text()
    forget()
    monkeypatch.setattr(files, "read", unavailable)
    assert Head.of(clinic).inputs() == {"foot": "Registered in Leeds, 4711"}  # a document is made all the same
    assert send(browser, boss, "settings/logo/", logo=SimpleUploadedFile("logo.svg", b"<svg/>")).status_code == 422
    html = page(browser, boss, "settings/logo/")
    removal = hidden(html[html.index('class="form apart-below"') - 60 :])
    assert browser.post(f"/c/{boss.clinic}/manage/settings/logo/", {**removal, "remove": "1"}).status_code == 302
    assert clinic_of(boss).logo is None


def unavailable(*given: object) -> bytes:
    raise Unavailable("S3 is away.")


def test_show_draws_what_is_typed_and_saves_nothing(boss: Scope, browser: Client) -> None:
    first = page(browser, boss, "settings/clinic/").partition("data:image/png;base64,")[2][:100000]
    answer = send(browser, boss, "settings/clinic/", name="Another Name", show="1")
    assert answer.status_code == 200
    shown = answer.content.decode().partition("data:image/png;base64,")[2][:100000]
    assert shown
    assert shown != first
    assert clinic_of(boss).name == "Test Clinic"
    refused = send(browser, boss, "settings/clinic/", name="\U00013000", show="1")
    assert "cannot be printed here" in refused.content.decode()
