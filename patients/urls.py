"""Addresses of people. Ids alone are in them: what is typed about a patient never enters a URL."""

from django.urls import path

from patients.views import contacts, details, family, finding, merging, overview, own, photo, registering, states

app_name = "patients"
urlpatterns = [
    path("tasks/", finding.tasks, name="tasks"),
    path("callbacks/<str:patient_id>/<str:contact_id>/done/", finding.callback_done, name="callback-done"),
    path("patients/", finding.listing, name="list"),
    path("patients/export/", finding.export, name="export"),
    path("manage/settings/patients/fields/", own.own_fields, name="own-fields"),
    path("patients/new/", registering.new, name="new"),
    path("patients/new/check/", registering.check, name="new-check"),
    path("patients/search/", finding.search, name="search"),
    path("patients/<str:patient_id>/", overview.overview, name="overview"),
    path("patients/<str:patient_id>/contacts/", contacts.log, name="contacts"),
    path("patients/<str:patient_id>/contacts/add/", contacts.add, name="log-contact"),
    path("patients/<str:patient_id>/contacts/<str:contact_id>/done/", contacts.called_back, name="called-back"),
    path("patients/<str:patient_id>/family/link/", family.link, name="link-relative"),
    path("patients/<str:patient_id>/family/outsider/", family.outsider, name="add-outsider"),
    path("patients/<str:patient_id>/family/<str:link_id>/", family.edit, name="relative"),
    path("patients/<str:patient_id>/family/<str:link_id>/unlink/", family.unlink, name="unlink"),
    path("patients/<str:patient_id>/details/", details.details, name="details"),
    path("patients/<str:patient_id>/details/<slug:group>/", details.group, name="details-group"),
    path("patients/<str:patient_id>/history/", overview.trail, name="history"),
    path("patients/<str:patient_id>/merge/", merging.merge, name="merge"),
    path("patients/<str:patient_id>/merge/<str:other_id>/", merging.compare, name="merge-with"),
    path("patients/<str:patient_id>/merge/<str:other_id>/undo/", merging.unmerge, name="unmerge"),
    path("patients/<str:patient_id>/photo/", photo.photo, name="photo"),
    path("patients/<str:patient_id>/photo/change/", photo.change, name="photo-change"),
    path("patients/<str:patient_id>/photo/remove/", photo.remove, name="photo-remove"),
    path("patients/<str:patient_id>/relatives/new/", registering.relative, name="new-relative"),
    path("patients/<str:patient_id>/archive/", states.archive, name="archive"),
    path("patients/<str:patient_id>/restore/", states.restore, name="restore"),
    path("patients/<str:patient_id>/deceased/", states.deceased, name="deceased"),
    path("patients/<str:patient_id>/not-deceased/", states.not_deceased, name="not-deceased"),
    path("patients/<str:patient_id>/email-works/", states.email_works, name="email-works"),
    path("patients/<str:patient_id>/number-works/", states.number_works, name="number-works"),
    path("patients/<str:patient_id>/test/", states.test, name="test"),
    path("patients/<str:patient_id>/restrict/", states.restrict, name="restrict"),
]
