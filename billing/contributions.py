"""What money adds to the frame, and to the pages about patients and appointments."""

from functools import partial
from itertools import chain

from billing.bounces import services as bounces
from billing.bundles.models import Bundle
from billing.cash_moves import services as cash_moves
from billing.cash_moves.models import CashMove
from billing.catalog import services as catalog
from billing.checkout.views import visits
from billing.claims import services as claims
from billing.console import ENTITIES
from billing.day_close import services as day_close
from billing.demo.services import filling as demo
from billing.exported.services import exporting
from billing.imported import rules as old_bills
from billing.imported.models import ImportedBill
from billing.imported.services import IMPORT, Bills
from billing.invoices.services import crediting, issuing
from billing.mailing import services as mailing
from billing.mailing import views as mailing_views
from billing.mailing.models import Mailing
from billing.models import (
    CatalogItem,
    CreditNote,
    Drawer,
    DrawerDay,
    Entry,
    Invoice,
    Payer,
    PriceChange,
    RefundRequest,
    Settlement,
)
from billing.payers import services as payers
from billing.payments import services as payments
from billing.prices import services as prices
from billing.pricing import services as pricing
from billing.pricing.models import PriceList, TaxClass
from billing.recorded import services as recorded
from billing.recorded import views as recorded_views
from billing.recorded.models import VisitWork
from billing.refunds import services as refunds
from billing.refunds import views as refund_views
from billing.reminders import services as reminders
from billing.takings import services as takings
from clinnet.accounts.permissions import Permission
from clinnet.contributions import ItemKind, Place, Seeder, Urls, Without
from clinnet.jobs.services import JobKind
from patients.hooks import FhirImporter, PatientTab, TaskSource
from scheduling.hooks import BeforeLeaving, Outgoing, VisitAction, VisitFact

READ = Permission.MONEY_READ
WHOSE = Without("its id and its clinic's or patient's are attributes")
BOOKS = Without("what was billed stays as it was, under the record for which it was; the survivor shows it too")
SETTING = Without("a setting of its own, which nothing repeats")
NOBODYS = Without("it is about no patient")
LEDGER = Without("the ledger writes all of it in one transaction")

MOVES = (
    takings.TAKE,
    payments.UNDO,
    payments.WRITE_OFF,
    crediting.CORRECT,
    claims.MARK,
    claims.SETTLE,
    bounces.RETURN,
    reminders.REMIND,
)
WAYS = (mailing.INVOICES, mailing.STATEMENTS)
MAILED = (mailing.PRINT, mailing.PRINT_CREDIT, mailing.ASK, *chain.from_iterable(each.ends for each in WAYS))

CONTRIBUTIONS = (
    ItemKind(CatalogItem, CatalogItem.at, WHOSE, (catalog.SAVE, prices.TAKE_IN), NOBODYS, SETTING),
    ItemKind(Payer, Payer.at, WHOSE, (payers.SAVE, claims.REMITTANCE), NOBODYS, SETTING),
    ItemKind(PriceList, PriceList.at, WHOSE, (pricing.SAVE_LIST,), NOBODYS, SETTING),
    ItemKind(TaxClass, TaxClass.at, WHOSE, (pricing.SAVE_CLASS,), NOBODYS, SETTING),
    ItemKind(Bundle, Bundle.at, WHOSE, (issuing.ISSUE, payments.UNDO, crediting.CORRECT), BOOKS, LEDGER),
    ItemKind(ImportedBill, ImportedBill.at, WHOSE, (IMPORT,), BOOKS, SETTING),
    ItemKind(Mailing, Mailing.at, WHOSE, MAILED, BOOKS, SETTING),
    ItemKind(PriceChange, PriceChange.at, WHOSE, (prices.CHANGE, prices.UNDO), NOBODYS, SETTING),
    ItemKind(Invoice, Invoice.at, WHOSE, (issuing.ISSUE, exporting.EXPORT), BOOKS, LEDGER),
    ItemKind(CreditNote, CreditNote.at, WHOSE, (crediting.CORRECT,), BOOKS, LEDGER),
    ItemKind(RefundRequest, RefundRequest.at, WHOSE, (refunds.ASK, refunds.APPROVE, refunds.DECLINE), BOOKS, LEDGER),
    ItemKind(
        Settlement,
        Settlement.at,
        WHOSE,
        MOVES,
        BOOKS,
        LEDGER,
    ),
    ItemKind(Entry, Entry.at, WHOSE, MOVES, BOOKS, LEDGER),
    ItemKind(Drawer, Drawer.at, WHOSE, (day_close.OPEN_DRAWER, day_close.CLOSE), NOBODYS, SETTING),
    ItemKind(
        DrawerDay,
        DrawerDay.at,
        WHOSE,
        (day_close.OPEN_DRAWER, day_close.COUNT, day_close.CLOSE, day_close.CARRY_OVER, day_close.REOPEN),
        NOBODYS,
        LEDGER,
    ),
    ItemKind(CashMove, CashMove.at, WHOSE, (cash_moves.MOVE,), NOBODYS, LEDGER),
    ItemKind(VisitWork, VisitWork.at, WHOSE, (recorded.RECORD,), BOOKS, SETTING),
    Urls("billing.urls"),
    Place(30, "Money", "receipt-2", "billing:money-home", READ, "billing"),
    PatientTab(25, "Money", "billing:money", READ),
    Seeder(30, arrange=None, fill=demo.fill),
    TaskSource(30, refund_views.sections),
    VisitAction(10, visits.pay),
    VisitAction(20, recorded_views.link),
    VisitFact(10, visits.facts),
    JobKind(reminders.KIND, "Statements for many", Permission.MONEY_TAKE, "billing:statements-job", reminders.step),
    BeforeLeaving(10, visits.unbilled),
    FhirImporter(old_bills.KINDS, Bills),
    Outgoing(partial(mailing.POST.send_waiting, draw=mailing_views.drawn), mailing.POST.came_back),
    *ENTITIES,
)
