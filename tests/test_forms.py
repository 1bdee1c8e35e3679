"""The form kit: what a form gives back, and buttons."""

from copy import deepcopy
from typing import Any, cast

import pytest
from django import forms
from django.core.validators import validate_email
from django.test import RequestFactory

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm, Done, QuickForm, button
from clinnet.forms.fields import Choice, Line
from clinnet.table import Scope
from clinnet.table.errors import Refused
from clinnet.toasts import Undo


class NameForm(ClinicForm):
    name_ = Line("Name", required=True)


def asked(fields: dict[str, str] | None = None) -> ClinicRequest:
    factory = RequestFactory()
    request: Any = factory.get("/") if fields is None else factory.post("/", fields)
    request.scope = Scope.system("northside")
    return cast(ClinicRequest, request)


def sent(name: str = "Ana") -> NameForm:
    return NameForm(asked({"name_": name, "once": NameForm(asked()).once()}))


def test_a_form_gives_what_its_action_returned() -> None:
    assert sent().run(lambda once: 7) == Done(7)


def test_an_action_that_returns_nothing_was_done_all_the_same() -> None:
    assert sent().run(lambda once: None)


def test_a_form_that_was_not_posted_does_nothing() -> None:
    assert NameForm(asked()).run(lambda once: pytest.fail("it was not posted")) is None


def test_a_form_that_is_not_valid_does_nothing() -> None:
    assert sent("").run(lambda once: pytest.fail("it has no name")) is None


def test_a_refusal_stands_beside_its_field() -> None:
    def refuse(once: object) -> None:
        raise Refused("Too long.", field="name_")

    form = sent()
    assert form.run(refuse) is None
    assert form.errors == {"name_": ["Too long."]}
    assert form.sentence() == "Too long."


def test_a_form_with_a_start_begins_from_it_also_when_something_was_posted() -> None:
    form = NameForm(asked({"name_": "Ben"}), start={"name_": "Ana"})
    assert (form.is_bound, form["name_"].value()) == (False, "Ana")


def test_the_token_of_a_button_is_good_for_that_button_alone() -> None:
    token = button(asked(), "restore", about="1").once()
    posted = asked({"once": token})
    assert button(posted, "restore", about="1").run(lambda once: "done") == Done("done")
    for name, about in (("restore", "2"), ("archive", "1")):
        other = button(posted, name, about=about)
        assert other.run(lambda once: pytest.fail("the token of another button")) is None
        assert other.sentence()


def test_undo_sends_the_token_of_its_button_and_what_else_it_needs() -> None:
    action = Undo("/undo/", button(asked(), "undo", about="1"), fields=(("version", "3"),)).action()
    fields = dict(action.fields)
    assert (action.label, action.url, action.post, fields["version"]) == ("Undo", "/undo/", True, "3")
    assert button(asked({"once": fields["once"]}), "undo", about="1").run(lambda once: 1) == Done(1)


class Chosen(QuickForm):
    way = Choice("Way", [("", ""), ("a", "by air")])


def test_a_form_that_changes_its_choices_changes_no_other_form() -> None:
    changed, later = Chosen(), Chosen()
    changed.fields["way"].choices = [("b", "by boat")]  # type: ignore[attr-defined]  # a field of choices
    assert ["by boat" in str(each["way"]) for each in (changed, later, Chosen())] == [True, False, False]
    assert ["by air" in str(each["way"]) for each in (changed, later, Chosen())] == [False, True, True]
    assert later.fields["way"] is not Chosen.base_fields["way"]


class Every(QuickForm):
    line = Line("Line", required=True, error_messages={"required": "Say it."})
    way = forms.ChoiceField(choices=[("a", "by air"), ("Group", [("b", "by boat")])])
    ways = forms.MultipleChoiceField(choices=[("a", "by air")], widget=forms.CheckboxSelectMultiple)
    at = forms.SplitDateTimeField()  # of several, which Django copies in a way of its own


def test_a_forms_fields_are_copies_as_django_makes_them() -> None:
    ours, theirs = Every().fields, deepcopy(dict(Every.base_fields))
    shown = [str(forms.BoundField(Every(), each, "x")) for each in ours.values()]
    assert shown == [str(forms.BoundField(Every(), each, "x")) for each in theirs.values()]
    for name, field in ours.items():
        first = Every.base_fields[name]
        assert vars(field).keys() == vars(first).keys()
        field.widget.attrs["class"] = field.error_messages["required"] = "changed"
        field.validators.append(validate_email)
        field.label = "changed"
        assert "changed" not in (*first.widget.attrs.values(), *first.error_messages.values(), first.label)
        assert validate_email not in first.validators


def test_a_form_has_its_fields_by_name_and_nothing_else() -> None:
    form = NameForm(asked())
    assert form["name_"].name == "name_"
    with pytest.raises(KeyError):
        form["once"]
