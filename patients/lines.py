"""What the rows of the patients' lists carry. Stored under the letters: see clinnet/rules/lines.py."""

from dataclasses import dataclass

from clinnet.rules.lines import Packed, letter


@dataclass(frozen=True, kw_only=True, repr=False)
class CallbackLine(Packed):
    """A row of the open call-backs. The patient's own line is stored among its letters."""

    patient_id: str = letter("i", "")
    at: str = letter("at", "")  # by the clinic's clock, "14:30"
    text: str = letter("t", "")  # cut to what a row shows
    owner: str = letter("by", "")  # a person's id or a role
    owner_name: str = letter("c", "")
