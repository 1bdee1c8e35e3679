"""The line of the chart: which kind of thing is typed. Pure.

"allergy penicillin rash", "problem dia", "rx amoxicillin 500 tds 7d", and "bp 142/86 p 74", which needs no word before.
"""

from typing import Literal

from records.rules import measured_line

Kind = Literal["allergy", "problem", "rx", "measure", "order", "recall", "task", ""]
WORDS: dict[str, Kind] = {
    "allergy": "allergy", "allergies": "allergy", "alg": "allergy", "problem": "problem", "dx": "problem",
    "diagnosis": "problem", "rx": "rx", "medicine": "rx", "vitals": "measure",
    "order": "order", "refer": "order", "referral": "order", "recall": "recall", "task": "task", "todo": "task",
}  # fmt: skip


def taken_apart(text: str) -> tuple[Kind, str]:
    """The kind, and what is said of it; no kind where the line begins with nothing that is known."""
    first, _, rest = text.strip().partition(" ")
    if kind := WORDS.get(first.lower().rstrip(":")):
        return kind, text.strip() if first.lower().startswith("refer") else rest.strip()
    return ("measure", text.strip()) if measured_line.parse(text).readings else ("", text.strip())
