"""A note, as a doctor writes it on its page."""

from typing import Any

from tests.patients.pages import Pages

SOAP: dict[str, Any] = {
    "s": "Tired since October.",
    "o": "142/86",
    "a": "Diabetes worse. Pressure too.",
    "p": "Losartan 100 mg.",
}


def begin(here: Pages) -> str:
    """Presses N; the address of the note, as Pages takes it."""
    return str(here.get("chart/note/")["Location"]).removeprefix(here.at())


def write(here: Pages, page: str, step: str, **texts: str) -> str:
    return here.sent(page, step=step, title="Long-term review", **(texts or SOAP))
