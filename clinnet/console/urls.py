"""Addresses of the console, beneath /c/<clinic>/manage/: five for each entity."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from clinnet import contributions
from clinnet.console.registry import Entity, entities
from clinnet.console.settings import views as settings
from clinnet.console.settings.declared import Subject
from clinnet.console.views import bulk, costs, health, home, staff, stays, trail
from clinnet.console.views import entities as pages


def of_entity(entity: Entity) -> Iterator[URLPattern]:
    base, one = f"manage/{entity.name}/", f"manage/{entity.name}/<str:{entity.param}>/"
    yield path(base, pages.list_of(entity), name=f"{entity.name}-list")
    yield path(f"{base}export/", pages.export_of(entity), name=f"{entity.name}-export")
    for each in entity.bulk:  # before the next, which would take it for an id
        yield path(f"{base}bulk/{each.name}/", bulk.preview_of(entity, each), name=f"{entity.name}-bulk-{each.name}")
    yield path(one, pages.item_of(entity), name=f"{entity.name}-item")
    yield path(f"{one}history/", pages.history_of(entity), name=f"{entity.name}-history")
    yield path(f"{one}raw/", pages.raw_of(entity), name=f"{entity.name}-raw")


BULK = [
    path("manage/bulk/<str:bulk_id>/", bulk.bulk, name="bulk"),
    path("manage/bulk/<str:bulk_id>/go-on/", bulk.go_on, name="bulk-go-on"),
    path("manage/bulk/<str:bulk_id>/undo/", bulk.undo, name="bulk-undo"),
]
MEMBER = "manage/staff/<str:staff_item>/"
STAFF = [
    path("manage/staff/invite/", staff.invite, name="staff-invite"),  # before the next, which would take it for an id
    path(f"{MEMBER}access/", staff.access, name="staff-access"),
    path(f"{MEMBER}stop/", staff.let_in_or_out, {"what": "stop"}, name="staff-stop"),
    path(f"{MEMBER}start/", staff.let_in_or_out, {"what": "start"}, name="staff-start"),
    path(f"{MEMBER}password/", staff.let_in_or_out, {"what": "password"}, name="staff-password"),
    path(f"{MEMBER}second-factor/", staff.let_in_or_out, {"what": "second_factor"}, name="staff-second-factor"),
    path(f"{MEMBER}sign-out/", staff.finish, {"what": "sign_out"}, name="staff-sign-out"),
    path(f"{MEMBER}end/", stays.of_staff, name="staff-end"),
    path(f"{MEMBER}go-on/", staff.finish, {"what": "go_on"}, name="staff-go-on"),
]


def patterns() -> list[URLPattern]:
    """Of all entities that apps declare."""
    found = [pattern for entity in entities().values() for pattern in of_entity(entity)]
    return [
        path("signed-in/", stays.own, name="own-stays"),
        path("manage/", home.home, name="home"),
        path("manage/go/", home.go, name="go"),
        path("manage/trail/", trail.trail, name="trail"),
        path("manage/health/", health.health, name="health"),
        path("manage/settings/", settings.settings, name="settings"),
        path("manage/settings/history/", settings.history, name="settings-history"),
        path("manage/settings/access/", settings.access, name="settings-access"),
        path("manage/settings/logo/", settings.logo, name="settings-logo"),
        *(
            path(f"manage/settings/{each.name}/", settings.change_of(each), name=f"settings-{each.name}")
            for each in contributions.of(Subject)
            if each.changeable
        ),
        path("manage/cost/", costs.cost, name="cost"),
        *BULK,
        *STAFF,
        *found,
    ]


app_name = "console"
urlpatterns = patterns()
