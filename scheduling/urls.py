"""Addresses of the schedule, beneath /c/<clinic>/. What is typed about a patient never enters one."""

from django.urls import path

from scheduling.views.soon import soon

app_name = "scheduling"
PATIENT = "patients/<str:patient_id>/appointments/"
VISIT = f"{PATIENT}<str:appointment_id>/"
urlpatterns = [
    # the day
    path("", soon, name="today"),
    path("day/<str:day>/", soon, name="day"),
    path("day/<str:day>/list/", soon, name="list"),
    path("day/<str:day>/print/", soon, name="print"),
    path("day/<str:day>/note/", soon, name="day-note"),
    # one appointment
    path(VISIT, soon, name="appointment"),
    path(f"{VISIT}step/", soon, name="step"),
    path(f"{VISIT}undo/", soon, name="undo"),
    path(f"{VISIT}cancel/", soon, name="cancel"),
    path(f"{VISIT}no-show/", soon, name="no-show"),
    path(f"{VISIT}came-late/", soon, name="came-late"),
    path(f"{VISIT}move/", soon, name="move"),
    path(f"{VISIT}park/", soon, name="park"),
    path(f"{VISIT}change-patient/", soon, name="change-patient"),
    path(f"{VISIT}check/", soon, name="arrival-check"),
    # arriving without an appointment
    path("walk-in/", soon, name="walk-in"),
    path("urgent/", soon, name="urgent"),
    # booking
    path("book/", soon, name="book"),
    path("book/times/", soon, name="times"),
    path("book/series/", soon, name="series"),
    path("block/", soon, name="block"),
    path("block/<str:day>/<str:block_id>/", soon, name="unblock"),
    path(PATIENT, soon, name="appointments"),
    path(f"{VISIT}slip/", soon, name="slip"),
    # requests for a time
    path("requests/", soon, name="requests"),
    path("requests/new/", soon, name="new-request"),
    path("requests/<str:request_id>/", soon, name="request"),
    path("requests/<str:request_id>/offer/", soon, name="offer"),
    path("requests/<str:request_id>/accept/", soon, name="accept"),
    path("requests/<str:request_id>/take-back/", soon, name="take-back"),
    path("requests/<str:request_id>/withdraw/", soon, name="withdraw"),
    path("requests/<str:request_id>/call/", soon, name="request-call"),
    # bad days
    path("day/<str:day>/late/<str:practitioner_id>/", soon, name="running-late"),
    path("day/<str:day>/away/<str:practitioner_id>/", soon, name="away"),
    path("work/<str:job_id>/", soon, name="job"),
    # messages
    path("phone-list/", soon, name="phone-list"),
    # how the schedule is arranged
    path("manage/schedule/", soon, name="setup"),
]
