"""What the checker has to see of one clinic, without reading the whole table of all tests."""

from datetime import date, timedelta

from clinnet.table import Key, Scope, get_many, keys, query
from clinnet.table.values import Raw
from scheduling.appointments.services import changing
from scheduling.board.services import blocks
from scheduling.board.services.cards import Card
from scheduling.models import HELD, Appointment
from scheduling.waitlist.services import holding

DAYS = 60  # before and after


def of_clinic(clinic: str, around: date) -> list[Raw]:
    """Its cards and blocks, the appointments that they name, and the busy times of these."""
    scope = Scope.system("tests", clinic)
    days = [keys.on_the_day(clinic, str(around + timedelta(days=n))) for n in range(-DAYS, DAYS)]
    pages = [query(scope, day, limit=500) for day in days]
    rows = [row for page in pages for row in page.rows]
    cards = [Card.of(row) for row in rows if row["type"] == "CARD"]
    made = get_many(scope, [Appointment.at(card.patient_id, card.id) for card in cards if card.patient_id])
    holds = [hold for each in made.of(Appointment) if (hold := changing.hold_of(each))]
    holds += [holding.hold_of(row) for row in rows if row.get("state") == HELD]
    holds += [blocks.hold_of(Card.of(row)) for row in rows if row["type"] == "BLOCK"]
    busy = get_many(scope, [key for hold in holds for key in hold.places()])
    found = [*(raw for page in pages for raw in page.raws), *made.raws, *busy.raws]
    return list({Key(raw["PK"]["S"], raw["SK"]["S"]): raw for raw in found}.values())
