"""Reading and sending pages about a patient, as a browser without JavaScript does."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client

from patients.models import Patient


@dataclass
class Pages:
    """The pages of one patient, in the browser of one person."""

    client: Client
    clinic: str
    patient: Patient

    def at(self, page: str = "") -> str:
        return f"/c/{self.clinic}/patients/{self.patient.id}/{page}"

    def get(self, page: str = "") -> Any:
        return self.client.get(self.at(page))

    def text(self, page: str = "") -> str:
        answer = self.get(page)
        assert answer.status_code == 200, answer.content
        return plain(answer.content.decode())

    def fields(self, page: str, action: str = "") -> dict[str, str]:
        """The hidden fields of the page's form that is sent to `action` (the page itself, if empty)."""
        html = self.get(page).content.decode()
        return hidden(html[html.index("<main") :], action)

    def send(self, page: str, fields: dict[str, Any] | None = None, *, action: str = "", **typed: Any) -> Any:
        """Fills and sends a form; the answer is not followed."""
        fields = self.fields(page, action) if fields is None else fields
        return self.client.post(self.at(action or page), {**fields, **typed})

    def sent(self, page: str, *, action: str = "", **typed: Any) -> str:
        """Sends, follows the redirect, and reads the page behind it."""
        answer = self.send(page, action=action, **typed)
        assert answer.status_code == 302, plain(answer.content.decode())
        return plain(self.client.get(answer["Location"]).content.decode())


def hidden(html: str, action: str = "") -> dict[str, str]:
    """The hidden fields of the first form in some HTML, or of the first that is sent to `action`."""
    forms = re.findall(r"<form.*?</form>", html, re.S)
    form = next(form for form in forms if not action or f'{action}"' in form.split(">")[0])
    found = re.findall(r'<input\s+type="hidden"\s+name="([^"]+)"(?:\s+value="([^"]*)")?', form)
    return {name: unescape(value) for name, value in found}


def plain(html: str) -> str:
    """What a person reads, on one line."""
    shown = re.sub(r"<(script|style|svg).*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())
