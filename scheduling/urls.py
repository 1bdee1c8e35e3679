"""Addresses of the schedule, beneath /c/<clinic>/. What is typed about a patient never enters one."""

from django.urls import path

from scheduling.appointments.views import (
    arrivals,
    booked,
    booking,
    patient_appointments,
    series,
    slips,
    steps,
    types,
    urgent,
    visits,
)
from scheduling.board.views import blocks, board, columns, lists, months, polling, printing, weeks
from scheduling.calendar.views import days, hours, locums, settings
from scheduling.disruptions.views import away, late
from scheduling.evening import views as evening
from scheduling.front_desk.views import desk
from scheduling.jobs import views as job_views
from scheduling.mailed import views as mailed
from scheduling.messages import views as message_views
from scheduling.reports import views as reports
from scheduling.waitlist.views import entries, offers

app_name = "scheduling"
SETUP = "manage/schedule/"
PATIENT = "patients/<str:patient_id>/appointments/"
LETTER = "patients/<str:patient_id>/chart/entries/<str:entry_id>/letters/<str:letter_id>/"
VISIT = f"{PATIENT}<str:appointment_id>/"
urlpatterns = [
    # the day
    path("", board.today, name="today"),
    path("pulse/", polling.pulse, name="pulse"),
    path("day/<str:day>/", board.day, name="day"),
    path("day/<str:day>/changes/", board.changes, name="day-changes"),
    path("day/<str:day>/rooms/", board.rooms, name="rooms"),
    path("day/<str:day>/rooms/changes/", board.room_changes, name="rooms-changes"),
    path("day/<str:day>/week/", weeks.any_week, name="week"),
    path("day/<str:day>/week/<str:practitioner_id>/", weeks.week, name="week-of"),
    path("day/<str:day>/week/<str:practitioner_id>/changes/", weeks.changes, name="week-changes"),
    path("day/<str:day>/month/", months.month, name="month"),
    path("day/<str:day>/list/", lists.day, name="list"),
    path("day/<str:day>/list/changes/", lists.changes, name="list-changes"),
    path("day/<str:day>/print/", printing.day, name="print"),
    path("day/<str:day>/note/", board.note, name="day-note"),
    # a letter of the chart
    path(f"{LETTER}e-mail/", mailed.mail, name="mail-letter"),
    # one appointment
    path(f"{PATIENT}dates/", slips.dates, name="dates"),  # before the next, which would take it for an id
    path(VISIT, visits.appointment, name="appointment"),
    path(f"{VISIT}step/", steps.step, name="step"),
    path(f"{VISIT}undo/", steps.undo, name="undo"),
    path(f"{VISIT}cancel/", steps.cancel, name="cancel"),
    path(f"{VISIT}no-show/", steps.no_show, name="no-show"),
    path(f"{VISIT}came-late/", steps.came_late, name="came-late"),
    path(f"{VISIT}move/", visits.move, name="move"),
    path(f"{VISIT}park/", visits.park, name="park"),
    path(f"{VISIT}change-patient/", visits.change_patient, name="change-patient"),
    path(f"{VISIT}check/", arrivals.arrival_check, name="arrival-check"),
    path(f"{VISIT}words/", visits.change_words, name="words"),
    path(f"{VISIT}type/", types.change_type, name="type"),
    path(f"{VISIT}have/", urgent.have_them, name="have-them"),
    path(f"{VISIT}urgent/", urgent.urgent_visit, name="urgent-visit"),
    path(f"{VISIT}not-urgent/", urgent.calm, name="calm"),
    # arriving without an appointment
    path("walk-in/", arrivals.walk_in, name="walk-in"),
    path("urgent/", urgent.urgent, name="urgent"),
    path("urgent/now/", urgent.urgent_now, name="urgent-now"),
    # booking
    path("book/", booking.book, name="book"),
    path("book/times/", booking.times, name="times"),
    path("book/series/", series.series, name="series"),
    path("columns/", columns.choose, name="columns"),
    path("block/", blocks.block, name="block"),
    path("block/<str:day>/<str:block_id>/", blocks.unblock, name="unblock"),
    path(PATIENT, patient_appointments.appointments, name="appointments"),
    path("next/", patient_appointments.next_texts, name="next"),
    path("next/step/", patient_appointments.step_today, name="next-step"),
    path(f"{VISIT}slip/", slips.slip, name="slip"),
    path(f"{VISIT}unbook/", booked.unbook, name="unbook"),
    # requests for a time
    path("requests/", entries.listed, name="requests"),
    path("requests/matches/", offers.matches, name="matches"),
    path("requests/new/", entries.new, name="new-request"),
    path("requests/<str:request_id>/", entries.one, name="request"),
    path("requests/<str:request_id>/offer/", offers.offer, name="offer"),
    path("requests/<str:request_id>/accept/", offers.accept, name="accept"),
    path("requests/<str:request_id>/take-back/", offers.take_back, name="take-back"),
    path("requests/<str:request_id>/withdraw/", entries.withdraw, name="withdraw"),
    path("requests/<str:request_id>/call/", entries.call, name="request-call"),
    # bad days
    path("day/<str:day>/late/<str:practitioner_id>/", late.running_late, name="running-late"),
    path("day/<str:day>/late/<str:practitioner_id>/over/", late.on_time, name="on-time"),
    path("day/<str:day>/away/<str:practitioner_id>/", away.away, name="away"),
    path("day/<str:day>/finish/", evening.finish_day, name="finish-day"),
    path("work/<str:job_id>/", job_views.job, name="job"),
    path("work/<str:job_id>/now/", job_views.progress, name="job-now"),
    path("work/<str:job_id>/go-on/", job_views.go_on, name="job-go-on"),
    path("work/<str:job_id>/undo/", job_views.undo, name="job-undo"),
    # messages
    path("phone-list/", desk.phone_list, name="phone-list"),
    path(f"{VISIT}called/", desk.called, name="called"),
    path(f"{VISIT}messages/", message_views.messages, name="messages"),
    path(f"{VISIT}messages/telling/", message_views.telling, name="telling"),
    path(f"{VISIT}messages/send/", message_views.send, name="send-message"),
    path("day/<str:day>/opening/", desk.opening, name="opening"),
    path("day/<str:day>/opening/away/", desk.put_away, name="put-away"),
    # how the schedule is arranged
    path("manage/visits/", reports.month, name="visits"),
    path(SETUP, settings.home, name="setup"),
    path(f"{SETUP}messages/texts/", settings.message_text, name="message-text"),
    path(f"{SETUP}hours/<str:practitioner_id>/", hours.weekly, name="hours"),
    path(f"{SETUP}types/new/", settings.visit_type, name="new-visit-type"),
    path(f"{SETUP}types/<str:visit_type_id>/", settings.visit_type, name="visit-type"),
    path(f"{SETUP}rooms/new/", settings.room, name="new-room"),
    path(f"{SETUP}rooms/<str:room_id>/", settings.room, name="room"),
    path(f"{SETUP}locums/new/", locums.add, name="new-locum"),
    path(f"{SETUP}days/new/", days.add, name="new-days"),
    path(f"{SETUP}days/<str:days_id>/", days.remove, name="days"),
]
