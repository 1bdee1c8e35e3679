"""Addresses of money, beneath /c/<clinic>/."""

from django.urls import path

from billing.bounces import views as bounces
from billing.cash_moves import views as cash_moves
from billing.catalog import views as catalog
from billing.checkout.views import checkout
from billing.claims import views as claims
from billing.day_close import views as day_close
from billing.home import views as home
from billing.invoices.views import credit_notes, invoices
from billing.mailing import views as mailing
from billing.payers import views as payers
from billing.payments import views as payments
from billing.prices import views as prices
from billing.pricing import views as pricing
from billing.recorded import views as recorded
from billing.refunds import views as refunds
from billing.reminders import views as reminders
from billing.reports import views as reports
from billing.statements import views as statements
from billing.unbilled import views as unbilled
from billing.unpaid import views as unpaid

app_name = "billing"
PATIENT = "patients/<str:patient_id>/money/"
INVOICE = f"{PATIENT}<str:bill_id>/"
DAY = "money/drawers/<str:drawer_id>/<str:drawer_day>/"
urlpatterns = [
    path("money/", day_close.home, name="money-home"),
    path("money/find/", home.find, name="find-document"),
    path("money/catalogue/", catalog.listed, name="catalogue"),
    path("money/catalogue/new/", catalog.service, name="new-service"),
    path("money/catalogue/prices/", prices.change, name="prices"),
    path("money/catalogue/prices/<str:change_id>/undo/", prices.undo, name="undo-prices"),
    path("money/catalogue/file/", prices.file_out, name="services-out"),
    path("money/catalogue/file/in/", prices.file_in, name="services-in"),
    path("money/catalogue/<str:code>/", catalog.service, name="service"),
    path("money/drawers/<str:drawer_id>/open/", day_close.open_drawer, name="open-drawer"),
    path(DAY, day_close.closed, name="drawer-day"),
    path(f"{DAY}count/", day_close.count, name="count-drawer"),
    path(f"{DAY}carry-over/", day_close.carry_over, name="carry-over"),
    path(f"{DAY}reopen/", day_close.reopen, name="reopen-drawer"),
    path(f"{DAY}close/", day_close.close, name="close-drawer"),
    path(f"{DAY}cash/", cash_moves.move, name="move-cash"),
    path("money/reports/", reports.report, name="reports"),
    path("money/reports/<str:period>/", reports.report, name="report-of"),
    path("money/reports/<str:period>/file/", reports.file, name="report-file"),
    path("money/reports/<str:period>/paper/", reports.on_paper, name="report-paper"),
    path("money/to-bill/", unbilled.listed, name="unbilled"),
    path("money/unpaid/", unpaid.unpaid, name="unpaid"),
    path("money/unpaid/statements/", reminders.statements, name="statements"),
    path("money/unpaid/statements/<str:statements_id>/", reminders.job, name="statements-job"),
    path("money/unpaid/statements/<str:statements_id>/go-on/", reminders.go_on, name="statements-go-on"),
    path("money/unpaid/statements/<str:statements_id>/paper/", reminders.papers, name="statements-papers"),
    path("money/price-lists/new/", pricing.price_list, name="new-price-list"),
    path("money/price-lists/<str:list_id>/", pricing.price_list, name="price-list"),
    path("money/tax-classes/new/", pricing.tax_class, name="new-tax-class"),
    path("money/tax-classes/<str:class_id>/", pricing.tax_class, name="tax-class"),
    path("money/payers/new/", payers.payer, name="new-payer"),
    path("money/payers/<str:payer_id>/", payers.payer, name="payer"),
    path("money/claims/", claims.listed, name="claims"),
    path("money/claims/<str:payer_id>/remittance/", claims.remittance, name="remittance"),
    path("money/refunds/", refunds.listed, name="refunds"),
    path("money/refunds/<str:patient_id>/<str:refund_id>/approve/", refunds.approve, name="approve-refund"),
    path("money/refunds/<str:patient_id>/<str:refund_id>/decline/", refunds.decline, name="decline-refund"),
    path(f"{PATIENT}payments/<str:payment_id>/refund/", refunds.ask, name="refund"),
    path(f"{PATIENT}payments/<str:payment_id>/bounce/", bounces.bounce, name="bounce"),
    path(f"{PATIENT}nothing-to-bill/<str:appointment_id>/", unbilled.nothing, name="nothing-to-bill"),
    path(f"{PATIENT}nothing-to-bill/<str:appointment_id>/undo/", unbilled.bill_again, name="bill-again"),
    path("patients/<str:patient_id>/done/<str:appointment_id>/", recorded.record, name="record"),
    path("patients/<str:patient_id>/done/<str:appointment_id>/<str:code>/out/", recorded.take_out, name="take-out"),
    path(PATIENT, payments.money, name="money"),
    path(f"{PATIENT}statement/", statements.statement, name="statement"),
    path(f"{PATIENT}statement/<str:year>/", statements.statement, name="statement-of"),
    path(f"{PATIENT}statement/<str:year>/paper/", statements.on_paper, name="statement-paper"),
    path(f"{PATIENT}call/", reminders.call, name="call"),
    path(f"{PATIENT}deposit/", payments.deposit, name="deposit"),
    path(f"{PATIENT}check-out/", checkout.checkout, name="checkout"),
    path(f"{PATIENT}credit-notes/<str:credit_id>/", credit_notes.credit_note, name="credit-note"),
    path(f"{PATIENT}credit-notes/<str:credit_id>/<str:paper>/", credit_notes.on_paper, name="credit-note-paper"),
    path(INVOICE, invoices.invoice, name="invoice"),
    path(f"{INVOICE}claims/<str:payer_id>/", claims.claim, name="claim"),
    path(f"{INVOICE}claims/<str:payer_id>/paid/", claims.settle, name="settle-claim"),
    path(f"{INVOICE}take/", invoices.take, name="take"),
    path(f"{INVOICE}credit/", credit_notes.credit, name="credit"),
    path(f"{INVOICE}write-off/", invoices.write_off, name="write-off"),
    path(f"{INVOICE}e-mail/", mailing.mail, name="mail-invoice"),
    path(f"{INVOICE}undo/", checkout.undo, name="undo-checkout"),
    path(f"{INVOICE}paper/<str:paper>/", invoices.on_paper, name="invoice-paper"),
]
