"""Reading, filling and sending the form that registers somebody, as a browser does."""

import html
import re
from typing import Any

from django.test import Client

from clinnet.table import Scope
from patients import queries
from patients.models import Patient

Fields = dict[str, Any]
MARIA: dict[str, Any] = {
    "family_name": "García",
    "given_name": "María",
    "birth_date": "1985-03-14",
    "sex": "female",
    "phones": [{"number": "+447700904821", "kind": "mobile", "preferred": True}],
}


def words(answer: Any) -> str:
    text = re.sub(r"<(svg|template|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def url(clinic: str, path: str = "new/") -> str:
    return f"/c/{clinic}/patients/{path}"


def form(answer: Any) -> Fields:
    """The fields of the page's form, as a browser would send them unchanged."""
    page = re.sub(r"<template>.*?</template>", "", answer.content.decode(), flags=re.S)
    page = page[page.index("data-main") :].partition("</form>")[0]
    found: Fields = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        attrs = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        off = attrs.get("type") in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag)
        if "name" in attrs and not off:
            found.setdefault(attrs["name"], []).append(attrs.get("value", ""))
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, flags=re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[name] = [html.unescape(chosen[1])] if chosen else []
    for name, body in re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', page, flags=re.S):
        found[name] = [html.unescape(body).removeprefix("\n")]
    return found


def save(client: Client, clinic: str, start: Fields | None = None, path: str = "new/", **typed: Any) -> Any:
    fields = start or form(client.get(url(clinic, path)))
    return client.post(url(clinic, path), fields | {name.replace("__", "-"): value for name, value in typed.items()})


def saved(answer: Any, scope: Scope) -> Patient:
    assert answer.status_code == 302, words(answer)
    return queries.patient(scope, answer["Location"].rstrip("/").rpartition("/")[2])
