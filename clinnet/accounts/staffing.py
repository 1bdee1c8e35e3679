"""Who works here: invited, given other roles, stopped, let in again.

What the user pool has to do is done in an order in which whoever is half made can do nothing, and whoever is half
stopped can do nothing any more. What it has yet to be told stands in `Staff.account` until `go_on` has told it.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts import cognito, queries, sessions, stays
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission, Role
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, changed, find_row, keys
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

INVITE = Action("staff.invite", "invited somebody to the staff", Topic.STAFF)
CHANGE_ROLES = Action("staff.roles", "changed what one of the staff may do", Topic.STAFF)
STOP = Action("staff.stop", "stopped one of the staff", Topic.STAFF)
START = Action("staff.start", "let one of the staff in again", Topic.STAFF)
END_STAY = Action("staff.end-stay", "ended one sign-in of one of the staff", Topic.STAFF)
SIGN_OUT = Action("staff.sign-out", "signed one of the staff out everywhere", Topic.STAFF)
PASSWORD = Action("staff.password", "took the password of one of the staff away", Topic.STAFF)
SECOND_FACTOR = Action("staff.second-factor", "took the second factor of one of the staff away", Topic.STAFF)
ACCOUNT = Action("staff.account", "told the user pool about one of the staff")

USERNAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
NOT_KNOWN = Refused("Cognito did not answer. It may have worked. Press again: nothing is done twice.")
OWN = Refused("You cannot take away your own rights. Another administrator can.")
OWN_DOOR = Refused("Another administrator does this for you: you would lock yourself out.")
STOPPED = Refused("They are stopped here. Let them in again first.")
CHANGED = Refused("Somebody else changed this just now. Look again.")
NO_ROLE = Refused("Give at least one role. Who is to have none is stopped.", field="roles")
OVER = Refused("This day is over. To end it now, stop them.", field="until")
NO_COSIGNER = Refused("Choose doctors who sign for themselves.", field="cosigned_by")
COSIGNS_OTHERS = Refused("They co-sign for others: choose somebody else for those first.", field="cosigned_by")
TAKEN = Refused("Somebody already signs in by this name. Choose another one.", field="username")
HERE = Refused("They are of the staff already.", field="username")


@idempotent
def invite(
    scope: Scope,
    *,
    username: str,
    name: str,
    email: str,
    roles: Sequence[str],
    title: str = "",
    until: str = "",
    once: Once | None = None,
) -> str:
    """An account without a password, its groups, its place in this clinic, and at last the mail; returns its id.

    Raises Refused; pressed again, what was done stays done. Before the mail nobody can sign in by it.
    """
    scope.require(Permission.STAFF_MANAGE)
    username, chosen = username.strip().lower(), _known(roles)
    _may_end(scope, until)
    if not USERNAME.fullmatch(username) or not name.strip():
        raise Refused("Small letters and figures, with dots between: amara.okafor.", field="username")
    try:
        person = cognito.new_account(username, email, name.strip())
        for role in chosen:
            cognito.join(username, role)
    except cognito.Taken:
        raise TAKEN from None
    except cognito.Unreachable:
        raise NOT_KNOWN from None
    at, mine = Staff.at(scope.clinic_id, person), keys.person_clinic(person, scope.clinic_id)
    tx = Transaction(scope, once=once)
    tx.put(
        Staff(pk=at.pk, sk=at.sk, id=person, username=username, name=name.strip(), title=title.strip() or None,
              roles=chosen, account=Staff.MAIL, until=until or None),
        refusal=HERE,
    )  # fmt: skip
    tx.put_row({"PK": mine.pk, "SK": mine.sk, "id": scope.clinic_id, "type": "MEMBERSHIP", "active": True})
    changes = {
        "name": [None, name.strip()],
        "username": [None, username],
        "roles": [None, chosen],
        "until": [None, until or None],
    }
    tx.commit(Event(INVITE, "STAFF", person, changes=changes), result=person)
    forget()
    go_on(scope, member=queries.member(scope, person))
    return person


@idempotent
def change_roles(
    scope: Scope,
    *,
    member: Staff,
    roles: Sequence[str],
    title: str = "",
    until: str = "",
    cosigned_by: Sequence[str] = (),
    once: Once | None = None,
) -> None:
    """What somebody is in this clinic alone, until which day of it (ISO), if it ends, and who co-signs their notes.

    A new role is first given in the pool; there none is taken away, as a group without the clinic's word gives nothing.
    """
    _may_change(scope, member)
    chosen, before = _known(roles), list(member.roles)
    if member.id == scope.actor.id and (set(before) - set(chosen) or until):
        raise OWN
    _may_cosign(scope, member, cosigned_by)
    values: dict[str, Any] = {"roles": chosen, "title": title.strip() or None, "until": until or None}
    values["cosigned_by"] = sorted(cosigned_by) or None
    if until != (member.until or ""):
        _may_end(scope, until)
    changes = changed(member, values)
    if not changes:
        return
    try:
        for role in set(chosen) - set(before):
            cognito.join(member.username, role)
    except cognito.NoAccount:
        raise _no_account(member) from None
    except cognito.Unreachable:
        raise NOT_KNOWN from None
    tx = Transaction(scope, once=once)
    if Role.ADMIN in before and (Role.ADMIN not in chosen or (until and not member.until)):
        _leave_one_administrator(tx, member)
    tx.update(member, values, refusal=CHANGED)
    tx.commit(Event(CHANGE_ROLES, "STAFF", member.id, changes=changes))
    forget()


@idempotent
def stop(scope: Scope, *, member: Staff, once: Once | None = None) -> None:
    """Nobody here any more, at once and everywhere signed out; then the account follows, if no other clinic has it."""
    _may_change(scope, member)
    if member.id == scope.actor.id:
        raise OWN
    tx = Transaction(scope, once=once)
    if Role.ADMIN in member.roles:
        _leave_one_administrator(tx, member)
    tx.update(member, {"active": False, "account": Staff.STOP}, refusal=CHANGED, active=True)
    tx.change_row(keys.person_clinic(member.id, scope.clinic_id), sets={"active": False})
    tx.commit(Event(STOP, "STAFF", member.id, changes={"active": [True, False]}))
    forget()
    sessions.revoke(member.id)
    go_on(scope, member=queries.member(scope, member.id))


@idempotent
def start(scope: Scope, *, member: Staff, once: Once | None = None) -> None:
    """First the account, then the clinic: whoever is between them is still stopped."""
    _may_change(scope, member)
    _told(member, partial(cognito.set_enabled, enabled=True))
    tx = Transaction(scope, once=once)
    tx.update(member, {"active": True, "account": None}, refusal=CHANGED, active=False)
    tx.change_row(keys.person_clinic(member.id, scope.clinic_id), sets={"active": True})
    tx.commit(Event(START, "STAFF", member.id, changes={"active": [False, True]}))
    forget()


def sign_out(scope: Scope, *, member: Staff, once: Once | None = None) -> None:
    """Every session of theirs ends, in every browser, at its next request."""
    _may_change(scope, member)
    tx = Transaction(scope, once=once)
    tx.update(member, {}, refusal=CHANGED)
    tx.commit(Event(SIGN_OUT, "STAFF", member.id))
    sessions.revoke(member.id)
    forget()


@idempotent
def new_password(scope: Scope, *, member: Staff, once: Once | None = None) -> None:
    """For whoever forgot theirs, or lost it to somebody: signed out everywhere, and another one comes by mail.

    The mail goes to the address that the pool keeps. Until it left nobody signs in, and `go_on` sends it.
    """
    _may_take_away(scope, member)
    sessions.revoke(member.id)
    _told(member, cognito.forget_password)
    tx = Transaction(scope, once=once)
    tx.update(member, {"account": Staff.PASSWORD}, refusal=CHANGED)
    tx.commit(Event(PASSWORD, "STAFF", member.id))
    forget()
    go_on(scope, member=queries.member(scope, member.id))


@idempotent
def new_second_factor(scope: Scope, *, member: Staff, once: Once | None = None) -> None:
    """For whoever lost their telephone: signed out everywhere, and asked for another one as they sign in next."""
    _may_take_away(scope, member)
    _told(member, cognito.forget_second_factor)
    tx = Transaction(scope, once=once)
    tx.update(member, {}, refusal=CHANGED)
    tx.commit(Event(SECOND_FACTOR, "STAFF", member.id))
    sessions.revoke(member.id)
    forget()


def _may_take_away(scope: Scope, member: Staff) -> None:
    _may_change(scope, member)
    if member.id == scope.actor.id:
        raise OWN_DOOR
    if not member.active:
        raise STOPPED


def _told(member: Staff, tell: Callable[[str], None]) -> None:
    try:
        tell(member.username)
    except cognito.NoAccount:
        raise _no_account(member) from None
    except cognito.Unreachable:
        raise NOT_KNOWN from None


def end_stay(scope: Scope, *, person: str, stay: str, once: Once | None = None) -> bool:
    """One browser of a person is signed out at its next request; one's own, or by an administrator those of the staff.

    Returns whether it was signed in. Raises NotFound for who is not of the staff.
    """
    tx = Transaction(scope, once=once)
    if person != scope.actor.id:
        member = queries.member(scope, person)
        _may_change(scope, member)
        tx.update(member, {}, refusal=CHANGED)
    found = stays.end(person, stay)
    tx.commit(Event(END_STAY, "STAFF", person))
    forget()
    return found


def go_on(scope: Scope, *, member: Staff, once: Once | None = None) -> bool:
    """Tells the user pool what it was not told yet; returns whether all is told. May be repeated."""
    _may_change(scope, member)
    try:
        if member.account in (Staff.MAIL, Staff.PASSWORD):
            cognito.send_invitation(member.username)
        elif member.account == Staff.STOP and not queries.clinics_of(member.id):
            cognito.set_enabled(member.username, enabled=False)
    except cognito.NoAccount:
        if member.account in (Staff.MAIL, Staff.PASSWORD):
            raise _no_account(member) from None  # an account that is not there is stopped, and gets no mail
    except cognito.Unreachable:
        return False
    if member.account:
        tx = Transaction(scope, once=once)
        tx.update(member, {"account": None}, refusal=CHANGED)
        tx.commit(Event(ACCOUNT, "STAFF", member.id, changes={"account": [member.account, None]}))
        forget()
    return True


def _no_account(member: Staff) -> Refused:
    return Refused(
        f"The user pool knows nobody who signs in as {member.username}. Stop them here, and invite them anew."
    )


def _may_change(scope: Scope, member: Staff) -> None:
    scope.require(Permission.STAFF_MANAGE)
    scope.must_hold(member)


def _may_end(scope: Scope, until: str) -> None:
    if until and until < clock.today(queries.clinic(scope.clinic_id).time_zone).isoformat():
        raise OVER


def _may_cosign(scope: Scope, member: Staff, chosen: Sequence[str]) -> None:
    """Doctors of this clinic who sign for themselves; and nobody becomes one of whom others hang who is one."""
    needing = {each.id: list(each.cosigned_by or ()) for each in queries.staff_now(scope)} if chosen else {}
    doctors = {each.id for each in queries.practitioners(scope)} if chosen else set()
    if set(chosen) - doctors or any(each == member.id or needing.get(each) for each in chosen):
        raise NO_COSIGNER
    if any(member.id in named for named in needing.values()):
        raise COSIGNS_OTHERS


def _known(roles: Sequence[str]) -> list[str]:
    found = [role.value for role in Role if role in roles]
    if not found:
        raise NO_ROLE
    return found


def _leave_one_administrator(tx: Transaction, member: Staff) -> None:
    """The step by which of two who do this at once one is refused. The counter is read before the staff is."""
    guard = keys.administrators(tx.scope.clinic_id)
    seen = (find_row(tx.scope, guard) or {}).get("n")
    others = [
        each for each in queries.staff_now(tx.scope) if each.active and Role.ADMIN in each.roles and not each.until
    ]
    if not [each for each in others if each.id != member.id]:
        raise Refused(f"{member.name} is the only administrator. Make another one first.")
    row = {"n": (seen or 0) + 1, "clinicId": tx.scope.clinic, "type": "COUNTER"}
    tx.change_row(guard, sets=row, when={"n": seen}, new=True, refusal=CHANGED)
