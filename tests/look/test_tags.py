"""Tags and filters of clinnet/templatetags/clinnet.py, and what they render."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.template import engines

from clinnet.contributions import Place
from clinnet.templatetags import clinnet as tags
from clinnet.toasts import Action

pytestmark = pytest.mark.usefixtures("rendered")


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    note = forms.CharField(widget=forms.Textarea, required=False)
    sex = forms.ChoiceField(choices=[("f", "Female"), ("m", "Male")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField(label="Agreed", required=False)


def html(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


def test_an_icon_is_hidden_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in tags.icon("check")
    assert 'aria-label="Remove"' in tags.icon("x", "Remove")
    assert "/static/vendor/icons.svg#x" in tags.icon("x")


def test_a_name_cannot_break_out_of_a_drawn_face() -> None:
    assert "<b>" not in tags.face("<b>", "01J")


def test_a_face_keeps_its_colour() -> None:
    assert tags.face("MG", "01J") == tags.face("MG", "01J")
    assert {tags.face("MG", str(n)) for n in range(100)} == {
        f'<span class="face face-{n}" aria-hidden="true">MG</span>' for n in range(8)
    }


def test_help_and_error_are_tied_to_their_field() -> None:
    field = tags.field(Sample({})["name"])
    assert 'aria-describedby="id_name_help id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_name_error"' in field
    assert 'id="id_name_help"' in field


def test_a_field_in_order_says_nothing_of_errors() -> None:
    field = tags.field(Sample({"name": "A", "sex": "f", "kind": "a"})["name"])
    assert "aria-invalid" not in field
    assert "_error" not in field


@pytest.mark.parametrize(
    ("name", "expected"),
    [("name", "form-control"), ("note", "form-control"), ("kind", "form-select"), ("agreed", "form-check-input")],
)
def test_each_kind_of_control_has_its_class(name: str, expected: str) -> None:
    assert f'class="{expected}"' in tags.field(Sample()[name])


def test_radios_stand_in_a_fieldset_with_a_legend() -> None:
    field = tags.field(Sample()["sex"])
    assert "<fieldset" in field
    assert "<legend" in field
    assert "Female" in field


def test_what_was_typed_is_escaped_and_kept() -> None:
    field = tags.field(Sample({"name": '"><script>'})["name"])
    assert "<script>" not in field
    assert "&quot;&gt;&lt;script&gt;" in field


def test_a_part_wraps_its_content() -> None:
    part = html('{% part "Reach" action="Edit" action_url="/e" count=2 %}<p>{{ word }}</p>{% endpart %}', word="<i>")
    assert '<section class="part" id="reach" aria-labelledby="reach-title">' in part
    assert "<p>&lt;i&gt;</p>" in part
    assert 'href="/e"' in part


def test_a_letter_leads_to_its_names_where_there_are_any() -> None:
    found = [{"label": "<A>", "url": "?letter=a&x", "here": True}, {"label": "B", "url": "", "here": False}]
    drawn = html("{% letter_links letters %}", letters=found).splitlines()
    assert drawn == [
        '<li><a href="?letter=a&amp;x" aria-current="page">&lt;A&gt;</a></li>',
        '<li><span aria-hidden="true">B</span></li>',
    ]


def test_what_a_part_is_called_and_where_it_leads_is_escaped() -> None:
    source = "{% part name action=name action_url=name action_icon='pencil' flush=True %}{% endpart %}"
    escaped = "&lt;b &quot;x&quot;&gt;"
    assert html(source, name='<b "x">') == (
        '<section class="part" id="b-x" aria-labelledby="b-x-title"><div class="part-head">'
        f'<h2 id="b-x-title">{escaped}</h2><a class="btn btn-small btn-plain" href="{escaped}">'
        f'{tags.icon("pencil")} {escaped}<span class="visually-hidden">: {escaped}</span></a>'
        '</div><div class="part-body part-flush"></div></section>'
    )


def test_toasts_carry_their_buttons() -> None:
    undo = Action("Undo", "/undo/1/")
    stored = [Message(25, "Saved.", json.dumps([undo.__dict__])), Message(30, "Careful.")]
    saved, careful = tags.toasts(stored)
    assert saved["actions"][0]["url"] == "/undo/1/"
    assert careful["actions"] == []
    shown = html('{% include "parts/toasts.html" %}', messages=stored)
    assert 'action="/undo/1/"' in shown
    assert "toast-warning" in shown


@pytest.mark.parametrize("number", ["2026-000181", "CN-2026-000031"])
def test_a_toast_keeps_the_number_of_a_document_on_one_line(number: str) -> None:
    (toast,) = tags.toasts([Message(25, f"£5.00 from O'Neil <b>. Invoice {number}.")])
    assert f'<span class="number-whole">{number}</span>.' in toast["text"]
    assert "O&#x27;Neil &lt;b&gt;" in toast["text"]


def test_the_rail_shows_only_places_the_person_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    patients = Place(20, "Patients", "users", "patients:list", "patient:read", "patients")
    money = Place(30, "Money", "cash", "patients:list", "bill:read", "billing")
    monkeypatch.setattr("clinnet.contributions.everything", lambda: (money, patients))
    scope = SimpleNamespace(clinic="northside", permissions=frozenset({"patient:read"}))
    asked = SimpleNamespace(
        scope=scope, resolver_match=SimpleNamespace(namespace="patients", view_name="patients:list")
    )
    shown = html("{% rail as r %}{% for p in r %}{{ p.label }} {{ p.url }} {{ p.here }};{% endfor %}", request=asked)
    assert shown == "Patients /c/northside/patients/ True;"


def test_a_page_outside_a_clinic_has_no_rail() -> None:
    assert html("{% rail as r %}{{ r|length }}", request=SimpleNamespace()) == "0"


def test_roles_are_shown_as_words() -> None:
    assert tags.role_words(["receptionist", "admin"]) == "Reception, Administrator"
