"""Sessions are sold, used, given back and credited in the transaction of the document that says so."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from billing.bundles.models import Bundle
from billing.invoices.services.issuing import Provided
from billing.models import Invoice
from billing.rules.totals import ONE
from clinnet.table import Transaction
from clinnet.table.errors import Refused

QUICKER = Refused("Somebody used or credited a session just now. Look again at how many are left.")
WHOLE_ONES = Refused("A session is used whole, and is credited whole.")
NONE_LEFT = "{} has no session left. Sell it again, or take the price."
USED = "Of {} {} sessions are left: more cannot be taken back."


def sell(tx: Transaction, invoice: Invoice, covers: Mapping[str, str]) -> None:
    """A bundle of each line that sells one; `covers` is what each code is a session of."""
    for at, line in enumerate(invoice.lines):
        if line.get("per"):
            count, id = _whole(int(line["quantity"])), Bundle.id_of(invoice.id, at)
            place = Bundle.at(invoice.patient_id, id)
            tx.put(
                Bundle(pk=place.pk, sk=place.sk, id=id, patient_id=invoice.patient_id, code=line["code"],
                       name=line["name"], covers=covers[line["code"]], total=count, left=count)
            )  # fmt: skip


def move(tx: Transaction, invoice: Invoice, known: Mapping[str, Bundle], quantities: Sequence[int]) -> None:
    """So much of each line is done, where above 0, or taken back: of sessions that were used and those that were sold.

    Quantities are in thousandths. Raises Refused for more than is left, here or at commit.
    """
    left, total = Counter[str](), Counter[str]()
    for at, (line, quantity) in enumerate(zip(invoice.lines, quantities, strict=True)):
        if line.get("bundle"):
            left[str(line["bundle"])] -= _whole(quantity)
        elif line.get("per") and quantity < 0:
            left[Bundle.id_of(invoice.id, at)] += _whole(quantity)
            total[Bundle.id_of(invoice.id, at)] += _whole(quantity)
    for id, change in left.items():
        bundle = known[id]
        if int(bundle.left) + change < 0:
            words = USED.format(bundle.name, int(bundle.left)) if total[id] else NONE_LEFT.format(bundle.name)
            raise Refused(words)
        news = {"left": int(bundle.left) + change, "total": int(bundle.total) + total[id]}
        tx.update(bundle, news, refusal=QUICKER)


def from_sessions(done: Sequence[Provided], known: Sequence[Bundle], full: Container[int] = ()) -> list[Provided]:
    """The same, each of which sessions are left as one of them; those at the places `full` are paid for."""
    found, used = [], Counter[str]()
    for at, each in enumerate(done):
        count = each.quantity // ONE
        bundle = next(
            (
                one
                for one in known
                if one.covers == each.item.id and at not in full and 0 < count <= int(one.left) - used[one.id]
            ),
            None,
        )
        if bundle:
            each = replace(each, percent_off=0, bundle=bundle, session=bundle.next + used[bundle.id])  # noqa: PLW2901
            used[bundle.id] += count
        found.append(each)
    return found


def _whole(quantity: int) -> int:
    if quantity % ONE:
        raise WHOLE_ONES
    return quantity // ONE
