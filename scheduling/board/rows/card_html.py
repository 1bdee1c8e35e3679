"""A card of the board as HTML. Put together here, not by a template: a board has hundreds, and Django's templates take
fifty times as long for each (measured: 55 ms of a page of 120). Whatever anybody typed goes through `escape`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from scheduling import words

Shown = Mapping[str, Any]
MOST_MARKS = 2
REMOTE = {"phone": "phone", "video": "device-desktop"}
# What of a card is otherwise by the minute, by its neighbours, or on one page only.
CHANGING = (
    "wait",
    "level",
    "late",
    "sign",
    "lane",
    "of",
    "alike",
    "same_name",
    "taken_by",
    "left",
    "url",
    "from_minute",
)
MOST_KEPT = 6000  # cards of all clinics: some 1.5 kB each
_kept: dict[tuple[str, str, str], tuple[object, tuple[object, ...], str]] = {}


@dataclass(frozen=True, slots=True)
class Pen:
    """What the cards of one page have in common: the sprite's address, and the CSRF token of their forms."""

    sprite: str
    csrf: str

    def icon(self, name: str) -> str:
        return f'<svg class="icon" aria-hidden="true"><use href="{self.sprite}#{name}"></use></svg>'

    def card(self, shown: Shown, once: str = "") -> SafeString:
        """`shown` is a dict of Showing.card; with a once token, the button of its next step is there."""
        step = self._step(shown, once) if once else ""
        return mark_safe(f"{self._kept(shown)}{step}</li>")  # noqa: S308  what was typed is escaped, the rest is ours

    def _kept(self, shown: Shown) -> str:
        """The card without the form of its step, as drawn before where nothing of it is otherwise."""
        fixed, now = shown.get("fixed"), (self.sprite, *map(shown.get, CHANGING))
        if fixed is None:
            return self._body(shown)
        place = (shown["clinic"], shown["day"], shown["id"])
        kept = _kept.get(place)
        if kept and kept[0] is fixed and kept[1] == now:
            return kept[2]
        made = self._body(shown)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[place] = (fixed, now, made)
        return made

    def _body(self, shown: Shown) -> str:
        name, url = _name(shown), escape(shown["url"])
        return (
            f'<li id="card-{shown["id"]}" class="{_classes(shown)}" {_data(shown)}>'
            f'<div class="card-box"><a class="card-go" id="go-{shown["id"]}" href="{url}">'
            f'<span class="card-line">{self.icon(shown["sign"])}<span class="card-time">{shown["start"]}</span> '
            f"{self._kind(shown)}"
            f'<bdi class="card-name" data-short="{escape(shown["short_name"])}">{name}</bdi> '
            f'<span class="card-word">{shown["word"]}</span>{self._marks(shown)}'
            f'<span class="card-end">{self._parts(shown)}{_end(shown)}</span></span>'
            f"{_more(shown)}{_full(shown)}</a></div>"
        )

    def _kind(self, shown: Shown) -> str:
        """For what: a dot at the corner of the state, or a phone or screen where nobody comes; and the word where there
        is room for it. Higher cards say it in their second line."""
        if not shown["type"]:
            return ""
        if shown["remote"]:
            sign = self.icon(REMOTE[shown["remote"]])
        else:
            sign = f'<span class="dot dot-{escape(shown["colour"] or "grey")}"></span>'
        return f'<span class="card-kind">{sign}<span class="card-type">{escape(shown["type"])}</span></span> '

    def _marks(self, shown: Shown) -> str:
        """At most two, by what must not be missed. Side by side speaks for itself."""
        names = ["alert-octagon"] if shown["alert"] else []
        names += ["equal"] if shown.get("same_name") else []
        names += ["stack-2"] if shown["overbooked"] and shown.get("of", 1) == 1 else []
        names += ["star"] if shown["new_patient"] else []
        return f'<span class="card-marks">{"".join(map(self.icon, names[:MOST_MARKS]))}</span>' if names else ""

    def _parts(self, shown: Shown) -> str:
        """What other apps have written on it."""
        return "".join(
            f"{self.icon(each['icon']) if each['icon'] else ''}{escape(each['text'])} "
            for each in shown.get("parts", ())
        )

    def _step(self, shown: Shown, once: str) -> str:
        fields = {
            "csrfmiddlewaretoken": self.csrf,
            "once": once,
            "back": "board",
            "to": shown["to"],
            "version": shown["version"],
        }
        hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        return (
            f'<form class="card-step" method="post" action="{escape(shown["step_url"])}" data-step>{hidden}'
            f'<button type="submit">{shown["step"]}</button></form>'
        )


def _name(shown: Shown) -> str:
    """Of one family in one column, in two parts: the given name is the one to be read."""
    name = str(shown["name"])
    family, comma, given = name.partition(", ")
    if not (shown.get("alike") and comma):
        return escape(name)
    return f'<span class="card-family">{escape(family)},</span> <span>{escape(given)}</span>'


def _classes(shown: Shown) -> str:
    found = f"card at-{shown['at']} for-{shown['span']} {shown['css']}"
    if shown.get("of", 1) > 1:
        found += f" lane-{shown['lane']} of-{shown['of']}"
    if shown["level"] and shown["state"] == "waiting":
        found += f" is-{shown['level']}"
    found += " is-urgent" if shown["urgent"] else ""
    found += " is-alike" if shown.get("alike") else ""
    return found + (" is-late" if shown["late"] else "")


def _data(shown: Shown) -> str:
    """What scripts know of a card. Its addresses they take from its link: a tenth of the page (static/js/cards.js)."""
    known = {
        "card": shown["id"],
        "state": shown["state"],
        "version": shown["version"],
        "practitioner": escape(shown["practitioner_id"]),
        "start-grain": shown["at"],
        "minutes": shown["minutes"],
        "changed": shown["changed"],
        "by": escape(shown["changed_by"]),
    }
    for name in ("from", "due", "until"):
        if minute := shown[f"{name}_minute"]:
            known[name] = minute
    return " ".join(f'data-{name}="{value}"' for name, value in known.items())


def _end(shown: Shown) -> str:
    """What never shrinks: the wait, the room, how late somebody is, that there is to pay."""
    state = shown["state"]
    if state == "waiting":
        return f"<span data-wait>{words.span(shown['wait'] or 0)}</span>"
    if state in ("room", "ready"):
        return escape(shown["room_short"])
    if state == "finished":
        return "" if shown.get("parts") else "Pay"
    if state == "held":
        return f"<span data-left>{shown.get('left', 0)}′</span>"
    return f"<span data-late>+{words.span(shown['late'])}</span>" if shown["late"] else ""


def _more(shown: Shown) -> str:
    dot = f'<span class="dot dot-{escape(shown["colour"])}"></span>' if shown["colour"] else ""
    between = " · " if shown["type"] and shown["reason"] else ""
    reason = f'<span class="card-reason">{between}{escape(shown["reason"])}</span>' if shown["reason"] else ""
    return f'<span class="card-more">{dot}{escape(shown["type"])}{reason}</span>'


def _full(shown: Shown) -> str:
    """All that does not fit: shown when the card is looked at."""
    said = [f"{shown['start']}–{shown['end']}", shown["born"], shown["room"]]
    said += [each["label"] for each in shown["marks"]]
    said += ["same name as somebody else today"] if shown.get("same_name") else []
    said += [each["label"] for each in shown["flags"]]
    said += [f"{taken} is in this room too"] if (taken := shown.get("taken_by")) else []
    return f'<span class="card-full">{escape(" · ".join(each for each in said if each))}</span>'
