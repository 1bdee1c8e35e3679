"""Check out: one page from the end of a visit to its receipt, and its undo."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from billing import queries
from billing.bundles import queries as bundles
from billing.checkout.forms import LATER, MAIL, PRINT, SEVERAL, CheckoutForm
from billing.checkout.queries import provided, relatives
from billing.checkout.services import check_out, mark
from billing.checkout.views import following, sums
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.mailing import services as mailing
from billing.models import PAYMENT
from billing.payments import services as payments
from billing.payments.forms import UNDO
from billing.recorded.queries import recorded
from billing.takings.services import TOO_LITTLE, Taken
from billing.unbilled.queries import visit_of
from clinnet import formats, money
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.money import Money
from clinnet.table import Once, find_row, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.toasts import Action, say, warn
from patients.access import about_patient
from patients.models import Patient
from patients.rules import names
from scheduling import words
from scheduling.appointments import queries as appointments
from scheduling.calendar.queries import setup as schedule
from scheduling.models import Appointment

TO_BILL = "to-bill"  # the list of a day's visits without an invoice
WHOLE = Refused("Pay for a family in one way, and all of it. Or check them out one by one.")
NOT_ALL = Refused("These ways together are not what is to pay. Write how much by each of them.")


@needs(Permission.MONEY_TAKE)
@about_patient
def checkout(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """`?visit=` names what it is for, `?back=to-bill` where one came from. Each change that is typed is sent here with
    do=look, and only looked at.
    """
    visit = _visit(request, patient)
    if visit and request.method != "POST" and (elsewhere := _done(request, visit)):
        return elsewhere
    form = _form(request, patient, visit)
    if request.POST.get("do") == "look":
        form.is_valid()
        page = "billing/checkout/answer.html" if request.htmx else "billing/checkout/page.html"
        return render(request, page, _shown(request, form, visit))
    if done := form.run(lambda once: _take(request, form, visit, once)):
        return _taken(request, form, visit, done.result)
    shown = _shown(request, form, visit)
    return render(request, "billing/checkout/page.html", shown, status=422 if form.is_bound else 200)


def _visit(request: ClinicRequest, patient: Patient) -> Appointment | None:
    """One of this record or of one that was folded into it."""
    wanted = request.GET.get("visit", "")
    found = visit_of(request.scope, patient, wanted)
    if wanted and not found:
        raise NotFound
    return found


def _done(request: ClinicRequest, visit: Appointment) -> HttpResponse | None:
    """The page of its invoice, or the one that says why there is nothing to bill."""
    row = find_row(request.scope, keys.visit_billed(visit.patient_id, visit.id))
    if row is None:
        return None
    if "billId" in row:
        return redirect("billing:invoice", request.scope.clinic_id, row["patientId"], row["billId"])
    return redirect("billing:nothing-to-bill", request.scope.clinic_id, visit.patient_id, visit.id)


def _form(request: ClinicRequest, patient: Patient, visit: Appointment | None) -> CheckoutForm:
    own = [each for each in ledger.accounts(request.scope, patient) if each.patient_id == patient.id]
    debts = ledger.open_settlements(request.scope, own)
    account = next(each for each in own if each.patient_id == patient.id)
    found = recorded(request.scope, visit) if visit else None
    done = provided(queries.setup(request.scope), visit, found.done if found else None) if visit else []
    day = visit.day if visit and visit.day else formats.today(request.clinic)
    return CheckoutForm(
        request,
        patient,
        done,
        debts,
        recorded=found,
        day=day,
        account=account,
        about=visit.id if visit else patient.id,
        bundles=bundles.bundles(request.scope, patient),
        family=relatives(request.scope, patient, formats.today(request.clinic)),
        recalls=following.asked_back(request.scope, patient),
    )


def _take(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None, once: Once) -> str:
    """Raises Refused where another sum was shown than is to pay now: nobody pays what they have not seen."""
    shown = sums.sums(request, form)
    form.expect(shown.minor)
    taken, others = None, form.with_it
    if others and (form.how == SEVERAL or form.minor("amount")):
        raise WHOLE
    if form.how == SEVERAL and sum(amount for _, amount in form.parts) != shown.minor:
        raise NOT_ALL
    if form.how != LATER:
        others = [replace(each, taken=Taken(form.how)) for each in others]
        given = form.minor("given") or 0
        if others and 0 < given < shown.minor:
            raise TOO_LITTLE
        given -= shown.theirs if given else 0
        credit = form.account if form.used else None
        taken = Taken("" if form.parts else form.how, form.minor("amount"), given, form.chosen, form.parts, credit)
    return check_out(request.scope, patient=form.patient, done=form.done, appointment=visit, taken=taken,
                     cover=form.cover, others=others, shown=form.cleaned_data["billed"], recorded=form.version,
                     receipt=form.cleaned_data["receipt"], once=once)  # fmt: skip


def _shown(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None) -> dict[str, object]:
    known = schedule.setup(request.scope)
    whom = words.short(known.practitioner(visit.practitioner_id or "")) if visit else ""
    kind = known.visit_types.get(visit.visit_type_id or "") if visit else None
    return {
        "form": form,
        "patient": form.patient,
        "visit": visit,
        "sums": sums.sums(request, form),
        "whom": whom,
        "billed": mark(form.known, form.bills),
        "kind": kind.name if kind else "",
        "debts": sums.debts(request, form),
        "family": sums.family(request, form),
        "offered": form.known.offered,
        "payers": any(each.active for each in form.known.payers.values()),
        "back": _back(request, form.patient, visit),
        "own_primary": True,
        "next": following.next_visit(request, form, visit, appointments.coming(request.scope, form.patient, limit=3)),
        "credit": form.known.sum(form.account.credit) if form.account.credit else "",
    }


def _back(request: ClinicRequest, patient: Patient, visit: Appointment | None) -> str:
    here = request.scope.clinic_id
    if visit and visit.day and request.GET.get("back") == TO_BILL:
        return f"{reverse('billing:unbilled', args=[here])}?{urlencode({'day': visit.day})}"
    if visit and visit.day:
        return reverse("scheduling:day", args=[here, visit.day])
    return reverse("billing:money", args=[here, patient.id])


def _taken(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None, bill_id: str) -> HttpResponse:
    billed = ledger.billed(request.scope, form.patient.id, bill_id)
    at, back = [request.scope.clinic_id, form.patient.id, bill_id], _back(request, form.patient, visit)
    undo = button(request, UNDO, about=bill_id)
    paper = reverse("billing:invoice-paper", args=[*at, "receipt"])
    wants, book = form.cleaned_data["receipt"], following.page(request, form, visit)
    booked = following.book(request, form, visit, back)
    chooses = bool(form.since) and not booked
    actions = [
        Action("Undo", reverse("billing:undo-checkout", args=at), fields=(("once", undo.once()),)),
        Action("Print the receipt", paper, post=False, apart=True, focus=wants == PRINT and not chooses),
        *([] if form.since else [Action("Book next", book, post=False)]),
    ]
    say(request, f"{_said(request, form)} Invoice {billed.invoice.number}.", actions=actions)
    if wants == MAIL:
        _mail(request, form, billed)
    return redirect(book if chooses else back)


def _mail(request: ClinicRequest, form: CheckoutForm, billed: Billed) -> None:
    """Asked for once, however often the form was sent. Where it cannot be sent, that is said: it is paid anyway."""
    once = Once(f"{form.data.get('once', '')}#mail", billed.invoice.id)
    try:
        mailing.mail(request.scope, patient=form.patient, billed=billed, once=once)
    except Refused as no:
        warn(request, f"The receipt does not go by e-mail. {no.sentence}")


def _said(request: ClinicRequest, form: CheckoutForm) -> str:
    """ "Change £5.44. £64.56 in cash from Pieter van den Berg." """
    found, who = sums.sums(request, form), names.full_name(form.patient.data)
    later = f"{who} pays later." if found.minor else "Nothing to pay."
    others = [names.full_name(each.patient.data) for each in form.with_it]
    whom = f", for {words.together(others)} too" if others else ""
    taken = f"{found.taken} {sums.WORDS[form.how]} from {who}{whom}." if found.taken else later
    return f"Change {found.change}. {taken}" if found.change else taken


@needs(Permission.MONEY_TAKE)
@require_POST
@about_patient
def undo(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    """Of the toast: within 3 minutes."""
    billed = ledger.billed_of(request.scope, patient, bill_id)
    form = button(request, UNDO, about=bill_id)
    visit = visit_of(request.scope, patient, billed.invoice.visit_id or "")
    given = _given(request, billed)
    if form.run(lambda once: payments.undo(request.scope, billed=billed, appointment=visit, once=once)):
        say(request, f"Taken back. {billed.invoice.number} is void; its number stays used.{given}")
    else:
        warn(request, form.sentence())
    return redirect(_back(request, patient, visit))


def _given(request: ClinicRequest, billed: Billed) -> str:
    """What has to go back by hand: " Give back £19.00 by card." """
    paid = [each for each in ledger.entries_with(request.scope, billed.invoice) if each.kind == PAYMENT]
    clinic = request.clinic
    sums_of = [
        f"{money.show(Money(abs(int(each.amount)), clinic.money), clinic.locale, sign=True)} {sums.WORDS[each.method]}"
        for each in paid
        if each.method in sums.WORDS
    ]
    return f" Give back {' and '.join(sums_of)}." if sums_of else ""
