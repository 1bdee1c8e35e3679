"""Somebody at the schedule's pages, as a browser without JavaScript reads and sends them."""

from typing import Any
from urllib.parse import quote

from django.test import Client

from tests.patients.pages import hidden, plain
from tests.scheduling.conftest import Desk


class AtDesk:
    """`root` is the part of the address that all pages of a test begin with."""

    def __init__(self, client: Client, desk: Desk, root: str = "") -> None:
        self.client, self.desk, self.root = client, desk, root

    def at(self, path: str = "") -> str:
        return f"/c/{self.desk.scope.clinic_id}/{self.root}{path}"

    def html(self, path: str = "", **headers: str) -> str:
        answer = self.client.get(self.at(path), headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    def text(self, path: str = "", **headers: str) -> str:
        return plain(self.html(path, **headers))

    def fields(self, page: str, action: str = "", *, having: str = "") -> dict[str, str]:
        """The hidden fields of the page's form that goes to `action` or holds `having`."""
        html = self.html(page)
        html = html[html.index("<main") :]
        if having:
            html = next(f"<form{part}" for part in html.split("<form") if having in part)
        return hidden(html, quote(action))

    def press(self, page: str, action: str = "", *, having: str = "", **typed: Any) -> str:
        """Sends a form, follows, and reads."""
        self.sent = (self.at(action or page.partition("?")[0]), self.fields(page, action, having=having) | typed)
        return self.again()

    def again(self) -> str:
        """The same form once more."""
        return plain(self.client.post(*self.sent, follow=True).content.decode())
