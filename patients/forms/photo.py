"""One photo of a patient."""

from django import forms

from clinnet.forms.base import ClinicForm
from clinnet.pictures import NO_PICTURE

TYPES = "image/jpeg,image/png,image/webp"


class PhotoForm(ClinicForm):
    photo = forms.FileField(
        label="Photo",
        help_text="JPEG, PNG or WebP, up to 8 MB. The square in the middle is kept.",
        error_messages={"required": "Choose a photo.", "empty": NO_PICTURE, "missing": "Choose a photo."},
        widget=forms.FileInput(attrs={"accept": TYPES}),
    )
