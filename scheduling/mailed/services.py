"""A letter goes by e-mail. The e-mail says nothing of what is attached; the file is called by its day."""

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, get, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records.letters.models import Letter
from scheduling.mailed.models import LetterMail
from scheduling.messages.queries.recipients import Unreachable, recipients
from scheduling.messages.rules.attached import WAITING
from scheduling.messages.services.posting import Draw, Enclosed, Post, Steps

ASK = Action("letter.mail", "asked for a letter to be e-mailed")
BEGIN = Action("letter.mail-begin", "began to e-mail a letter")
LEFT = Action("letter.mailed", "e-mailed a letter")
NOT_LEFT = Action("letter.not-mailed", "could not e-mail a letter")
CAME_BACK = Action("letter.mail-bounced", "got an e-mailed letter back")

IS_WRONG = "The letter was entered in error"
WRONG_ALREADY = Refused("A letter that was entered in error is not e-mailed.")


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


def _enclosed(scope: Scope, mail: LetterMail, draw: Draw) -> Enclosed:
    letter = get(scope, Letter, Letter.at(mail.patient_id, mail.entry_id, mail.letter_id))
    if letter.errored:
        raise Unreachable(IS_WRONG)
    return Enclosed(letter.sealed["at"][:10], draw(scope, letter))


POST = Post(
    LetterMail, "LETTER", lambda mail: mail.letter_id, keys.letter_mail_due, keys.letter_mails_due,
    lambda mail: Steps(BEGIN, LEFT, NOT_LEFT, CAME_BACK), _enclosed,
)  # fmt: skip
