"""Controls that are not drawn by templates are those that Django's templates draw."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import strip_spaces_between_tags
from hypothesis import given
from hypothesis import strategies as st

from clinnet.widgets import DrawnControls

CHOICES = [("", "—"), ("a", "A & <b>"), ("Group '1'", [("c", 'C "quoted"'), (4, "four")])]
WIDGETS = [
    forms.TextInput(), forms.NumberInput(), forms.EmailInput(), forms.HiddenInput(), forms.DateInput(),
    forms.TimeInput(), forms.CheckboxInput(), forms.FileInput(), forms.PasswordInput(render_value=True),
    forms.Textarea(), forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES),
    forms.RadioSelect(choices=CHOICES), forms.CheckboxSelectMultiple(choices=CHOICES),
]  # fmt: skip
values = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["a", "c", "4", "<'\">&"]), st.integers())
DRAWN, OWN = DrawnControls(), DjangoTemplates()  # once: each keeps the templates that it has compiled
attributes = st.dictionaries(
    st.sampled_from(["id", "class", "data-x", "required", "aria-label"]), st.text(max_size=5) | st.booleans()
)


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda each: type(each).__name__)
@given(value=values, attrs=attributes)
def test_it_is_the_same(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> None:
    drawn, own = (widget.render("a<b", value, attrs, renderer=each) for each in (DRAWN, OWN))
    assert strip_spaces_between_tags(drawn.strip()) == strip_spaces_between_tags(own.strip())
