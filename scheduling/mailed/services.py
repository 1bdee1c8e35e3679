"""A letter goes by e-mail: asked for by a person, sent by whoever sends messages, at least once.

It is claimed by a condition first, as each message is: who comes second, and who was killed on the way, sends nothing
twice within the ten minutes of the claim. The e-mail says nothing of what is attached; the file is called by its day.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, get, get_many, keys, query
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.queries import survivors
from patients.services.mailbox import add_bounce
from records.letters.models import Letter
from scheduling.mailed.models import BOUNCED, FAILED, SENT, WAITING, LetterMail
from scheduling.messages.queries.recipients import Recipient, Unreachable, masked, recipients
from scheduling.messages.rules.attached import subject_of, text_of
from scheduling.messages.rules.bounces import Bounce
from scheduling.messages.rules.wording import language
from scheduling.messages.services.mail import Mail, MailDown, MailRefused, send
from scheduling.messages.services.messages import whose_address

ASK = Action("letter.mail", "asked for a letter to be e-mailed")
BEGIN = Action("letter.mail-begin", "began to e-mail a letter")
LEFT = Action("letter.mailed", "e-mailed a letter")
NOT_LEFT = Action("letter.not-mailed", "could not e-mail a letter")
CAME_BACK = Action("letter.mail-bounced", "got an e-mailed letter back")

LEASE = timedelta(minutes=10)
PAGE = 50
NOT_TAKEN = "The mail service refused the address"
IS_WRONG = "The letter was entered in error"
WRONG_ALREADY = Refused("A letter that was entered in error is not e-mailed.")
Draw = Callable[[Scope, Letter], bytes]


@idempotent
def mail_letter(scope: Scope, *, patient: Patient, letter: Letter, once: Once | None = None) -> str:
    """It waits until it is sent. Returns its id. Raises Refused where nothing can be sent to this person."""
    scope.require(Permission.LETTER_WRITE)
    for each in (patient, letter):
        scope.must_hold(each)
    if letter.errored:
        raise WRONG_ALREADY
    try:
        recipients(scope, patient, clock.today(accounts.clinic(scope.clinic_id).time_zone))
    except Unreachable as no:
        raise Refused(f"{no.reason}. Print it instead.") from None
    tx, id = Transaction(scope, once=once), f"{letter.id}-{clock.new_id()}"
    at, due = LetterMail.at(letter.patient_id, id), keys.letter_mail_due(scope.clinic_id, tx.at, id)
    tx.put(
        LetterMail(pk=at.pk, sk=at.sk, id=id, patient_id=letter.patient_id, entry_id=letter.entry_id,
                   letter_id=letter.id, by=scope.actor.name, state=WAITING, gsi1pk=due.pk, gsi1sk=due.sk)
    )  # fmt: skip
    return tx.commit(Event(ASK, "LETTER", letter.id, patient=letter.patient_id), result=id)


def send_waiting(scope: Scope, draw: Draw) -> Counter[str]:
    """Everything that waits in one clinic; `draw` makes the PDF. Counts sent and failed. Raises MailDown."""
    done: Counter[str] = Counter()
    page = query(scope, keys.letter_mails_due(scope.clinic_id, clock.stamp()), limit=PAGE)
    for row in page.rows:
        with suppress(Stale):  # another process has it
            done[_deliver(scope, row["PK"], row["id"], row["GSI1SK"], draw)] += 1
    return +Counter({name: count for name, count in done.items() if name})


def _deliver(scope: Scope, pk: str, id: str, seen: str, draw: Draw) -> str:
    """What became of it; empty where the index lags behind it."""
    patient_id = keys.parse_patient(pk)
    found = get_many(scope, [LetterMail.at(patient_id, id)]).of(LetterMail)
    if not found or found[0].gsi1sk != seen:
        return ""
    (mail,) = found
    _place(scope, mail, LEASE, tries=int(mail.tries) + 1)
    letter = get(scope, Letter, Letter.at(patient_id, mail.entry_id, mail.letter_id))
    patient = survivors(scope, [patient_id])[patient_id]
    try:
        to = recipients(scope, patient, clock.today(accounts.clinic(scope.clinic_id).time_zone))
        if letter.errored:
            raise Unreachable(IS_WRONG)
        pdf = draw(scope, letter)
        for each in to:
            send(_written(scope, mail, letter, each, pdf))
    except Unreachable as no:
        return _end(scope, mail, FAILED, reason=no.reason)
    except MailRefused:
        return _end(scope, mail, FAILED, reason=NOT_TAKEN)
    except MailDown:  # tried again in 2, 4, 8 … minutes, at most an hour
        _place(scope, mail, timedelta(minutes=min(60, 2 ** int(mail.tries))), tries=int(mail.tries))
        raise
    return _end(scope, mail, SENT, to=", ".join(masked(each.address) for each in to))


def came_back(scope: Scope, found: Bounce) -> bool:
    """The mail service says that a letter did not arrive: it says so, and to that address nothing is sent any more.

    Returns whether that is new. Raises NotFound.
    """
    mail = get(scope, LetterMail, LetterMail.at(found.patient_id, found.item))
    if mail.state != SENT:
        return False
    tx, patient = Transaction(scope), survivors(scope, [mail.patient_id])[mail.patient_id]
    tx.change_row(mail.key, sets={"state": BOUNCED, "reason": found.reason}, when={"state": SENT}, refusal=Stale)
    for each in whose_address(scope, patient, found.addresses):
        add_bounce(tx, each, found.reason)
    tx.commit(Event(CAME_BACK, "LETTER", mail.letter_id, patient=mail.patient_id, note=found.reason))
    return True


def _written(scope: Scope, mail: LetterMail, letter: Letter, to: Recipient, pdf: bytes) -> Mail:
    clinic = accounts.clinic(scope.clinic_id)
    how, day = language(to.language or clinic.locale), letter.sealed["at"][:10]
    reference = f"{clinic.id}/{mail.patient_id}/{mail.letter_id}/{mail.id}"
    return Mail(to.address, subject_of(clinic.name, how), text_of(clinic.name, how), "", "", clinic.name,
                reference, pdf, f"{day}.pdf")  # fmt: skip


def _place(scope: Scope, mail: LetterMail, wait: timedelta, *, tries: int) -> None:
    due, tx = keys.letter_mail_due(scope.clinic_id, clock.stamp(clock.now() + wait), mail.id), Transaction(scope)
    _change(tx, mail, {"GSI1SK": due.sk, "tries": tries})
    tx.commit(Event(BEGIN, "LETTER", mail.letter_id, patient=mail.patient_id, note=f"try {tries}"))
    mail.gsi1sk, mail.tries = due.sk, tries


def _end(scope: Scope, mail: LetterMail, state: str, *, to: str = "", reason: str = "") -> str:
    tx = Transaction(scope)
    _change(tx, mail, {"state": state, "to": to, "reason": reason, "leftAt": tx.at, "GSI1PK": None, "GSI1SK": None})
    action = LEFT if state == SENT else NOT_LEFT
    tx.commit(Event(action, "LETTER", mail.letter_id, patient=mail.patient_id, note=reason))
    return state


def _change(tx: Transaction, mail: LetterMail, sets: Mapping[str, Any]) -> None:
    """On the condition that it is where it was seen."""
    tx.change_row(mail.key, sets=sets, when={"GSI1SK": mail.gsi1sk}, refusal=Stale)
