"""Addresses of the chart. Ids alone are in them."""

from django.urls import path

from records.cosigning import views as cosigning
from records.filters import views as filters
from records.growth import views as growth
from records.incoming import views as incoming
from records.letters import views as letters
from records.limits import views as limits
from records.lists import views as lists
from records.openings import views as openings
from records.prescriptions import views as prescriptions
from records.printing import views as printing
from records.recalls import views as recalls
from records.received import views as received
from records.results import views as results
from records.shortcuts import views as shortcuts
from records.tasks import views as tasks
from records.trends import views as trends
from records.vaccines import views as vaccines
from records.views import adding, chart, glass, notes

app_name = "records"
HERE = "patients/<str:patient_id>/chart/"
NOTE = f"{HERE}entries/<str:entry_id>/notes/<str:note_id>/"
RECORDED = f"{HERE}entries/<str:entry_id>/recorded/<str:recorded_id>/"
LETTER = f"{HERE}entries/<str:entry_id>/letters/<str:letter_id>/"
RECALL = "patients/<str:patient_id>/recalls/<str:recall_id>/"
TASK = "patients/<str:patient_id>/tasks/<str:task_id>/"
INCOMING = f"{HERE}incoming/<str:incoming_id>/"
RESULT = f"{HERE}entries/<str:entry_id>/results/<str:result_id>/"
FILE = f"{HERE}entries/<str:entry_id>/files/<str:file_id>/"
DOCUMENT = f"{HERE}entries/<str:entry_id>/documents/<str:document_id>/"
urlpatterns = [
    path(HERE, chart.chart, name="chart"),
    path(f"{HERE}entries/<str:entry_id>/", chart.entry, name="entry"),
    path(f"{HERE}entries/<str:entry_id>/print/", printing.entry_paper, name="entry-paper"),
    path(f"{HERE}part/", filters.page, name="chart-part"),
    path(f"{HERE}note/", notes.new, name="new-note"),
    path(NOTE, notes.note, name="note"),
    path(f"{HERE}last-note/", notes.last, name="last-note"),
    path(f"{NOTE}checkpoint/", notes.checkpoint, name="checkpoint"),
    path(f"{NOTE}discard/", notes.discard, name="discard-note"),
    path(f"{NOTE}error/", notes.in_error, name="note-in-error"),
    path(f"{NOTE}put-back/", notes.put_back, name="note-put-back"),
    path(f"{NOTE}move/", notes.move, name="move-note"),
    path(f"{NOTE}versions/", notes.versions, name="note-versions"),
    path(f"{NOTE}addendum/", notes.addendum, name="addendum"),
    path(f"{NOTE}cosign/", cosigning.cosign, name="cosign"),
    path(f"{HERE}add/", adding.add, name="add-line"),
    path(f"{HERE}entries/<str:entry_id>/prescriptions/<str:medicine_id>/", prescriptions.paper, name="prescription"),
    path(f"{RECORDED}error/", adding.in_error, name="in-error"),
    path(f"{HERE}open/", glass.break_glass, name="break-glass"),
    path(f"{HERE}glass/<str:holder>/<str:glass_id>/", glass.review, name="review-glass"),
    path(f"{HERE}medicines/", lists.medicines, name="medicines"),
    path(f"{HERE}medicines/renew/", lists.renew, name="renew"),
    path(f"{HERE}problems/", lists.problems, name="problems"),
    path(f"{HERE}vaccines/", vaccines.page, name="vaccines"),
    path(f"{HERE}vaccines/give/", vaccines.immunise, name="immunise"),
    path("chart/vaccines/due/", vaccines.due, name="vaccines-due"),
    path("chart/limits/confirm/", limits.confirm, name="confirm-limits"),
    path("chart/vaccines/confirm/", vaccines.confirm, name="confirm-schedule"),
    path(f"{HERE}results/", results.page, name="results"),
    path(f"{HERE}results/order/", results.order, name="order"),
    path(f"{HERE}results/new/", results.new, name="new-result"),
    path(f"{HERE}documents/new/", received.new, name="new-document"),
    path(DOCUMENT, received.document, name="document"),
    path(FILE, received.file, name="file"),
    path(f"{FILE}small/", received.file, {"small": True}, name="file-small"),
    path(f"{DOCUMENT}file-enclosed/", received.file_enclosed, name="document-file-enclosed"),
    path(f"{DOCUMENT}take/", received.take, name="document-take"),
    path(f"{DOCUMENT}look-at/", received.look_at, name="document-look-at"),
    path("patients/<str:patient_id>/hand-in/", incoming.hand_in, name="hand-in"),
    path("patients/<str:patient_id>/hand-in/<str:incoming_id>/back/", incoming.take_back, name="incoming-back"),
    path(INCOMING, incoming.page, name="incoming"),
    path(f"{INCOMING}file/", incoming.file, name="incoming-file"),
    path(f"{INCOMING}other/", incoming.other, name="incoming-other"),
    path(f"{INCOMING}drop/", incoming.drop, name="incoming-drop"),
    path("recalls/", recalls.page, name="recalls"),
    path(f"{HERE}recall/", recalls.new, name="new-recall"),
    path(f"{RECALL}tried/", recalls.tried, name="recall-tried"),
    path(f"{RECALL}end/", recalls.end, name="recall-end"),
    path(f"{HERE}task/", tasks.new, name="new-task"),
    path(TASK, tasks.task, name="task"),
    path(f"{TASK}take/", tasks.take, name="task-take"),
    path(f"{TASK}done/", tasks.done, name="task-done"),
    path(f"{TASK}reopen/", tasks.reopen, name="task-reopen"),
    path(f"{HERE}letter/", letters.new, name="new-letter"),
    path(f"{HERE}letter/<str:letter_template_id>/", letters.write, name="write-letter"),
    path(LETTER, letters.letter, name="letter"),
    path(f"{LETTER}print/", letters.paper, name="letter-paper"),
    path(f"{LETTER}error/", letters.in_error, name="letter-in-error"),
    path("chart/letters/new/", letters.template, name="new-letter-template"),
    path("chart/letters/<str:letter_template_id>/", letters.template, name="letter-template"),
    path(RESULT, results.result, name="result"),
    path(f"{RESULT}look-at/", results.look_at, name="look-at"),
    path(f"{HERE}export/", printing.fhir, name="export"),
    path("patients/<str:patient_id>/opened/", openings.openings, name="openings"),
    path("patients/<str:patient_id>/opened/file/", openings.openings_file, name="openings-file"),
    path(f"{HERE}print/", printing.paper, name="paper"),
    path(f"{HERE}print/from-to/", printing.from_to, name="paper-from-to"),
    path(f"{HERE}measurements/", trends.page, name="trends"),
    path(f"{HERE}growth/", growth.page, name="growth"),
    path("chart/limits/", limits.limits, name="limits"),
    path(f"{RECORDED}end/", lists.end, name="end"),
    path(f"{RECORDED}resume/", lists.resume, name="resume"),
    path("chart/templates/new/", shortcuts.template, name="new-template"),
    path("chart/templates/<str:template_id>/", shortcuts.template, name="template"),
    path("chart/phrases/", shortcuts.phrases, name="phrases"),
    path("chart/phrases/new/", shortcuts.phrase, name="new-phrase"),
    path("chart/phrases/<str:phrase_short>/", shortcuts.phrase, name="phrase"),
    path("chart/my-phrases/", shortcuts.own_phrase, name="own-phrase"),
    path("chart/understood/", adding.understood, name="understood"),
    path("chart/keep/", notes.keep, name="keep-note"),
]
