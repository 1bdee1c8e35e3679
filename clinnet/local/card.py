"""What `make run` prints when the site is up."""

from pathlib import Path

from clinnet import clock
from clinnet.local import place

FIRST_MINUTE = """\
A first minute as ana.ruiz: the day. Arrows walk over the cards, Space takes the next step, U takes it back.
Press / and type "gar": Enter opens Lucía, Shift+Enter books for her, Ctrl+Enter takes her next step of today.
Requests, beside the board: Zofia Kowalska waits for a time that is free. nora.daly sees who waits longest.
"""


def who(var: Path) -> str:
    """The demo people as a table; empty when there are none yet."""
    people = place.read_json(var / "people.json") or []
    rows = [
        (p["username"], p["password"], p["group"] or "no role yet", ", ".join(p["clinics"]) or "no clinic yet")
        for p in people
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "".join(f"  {line}\n" for line in lines)


def text(var: Path, site: str) -> str:
    people = f"Who may sign in (`make who` prints this again):\n\n{who(var)}"
    rules = clock.zone_rules().sentence(clock.now().date())
    return f"\nClinnet is at {site}\n\n{people}\n{FIRST_MINUTE}\nTime zones: {rules}.\n"
