"""Each check of the wall is taken away once, and the tests must see it. A proof that stays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from clinnet.accounts.middleware import ScopeMiddleware
from clinnet.forms.fields import RefField
from clinnet.table import Batch, Scope, Transaction, cursors, errors, once, reads
from clinnet.table.secrets import blind
from patients import queries
from tests.wall.people import forms_shown, of_both, outsider
from tests.wall.services import service_holes
from tests.wall.site import Forms, addresses_of_the_site, forms_of_the_site, queries_of_the_site
from tests.wall.table import table_holes
from tests.wall.world import World, settle

Holes = Iterator[str]
Patch = pytest.MonkeyPatch


@pytest.fixture
def victims() -> tuple[World, World]:
    """Two clinics that may be damaged."""
    return settle("Bittern", "7700900333"), settle("Curlew", "7700900444")


# --- What is taken away ----------------------------------------------------------------------------------------------


def clinic_is_not_compared_on_read(patch: Patch) -> None:
    patch.setattr(reads, "_inside", lambda scope, raw: True)


def what_is_foreign_is_forbidden_instead_of_not_found(patch: Patch) -> None:
    real = reads._inside

    def inside(scope: Scope, raw: Any) -> bool:
        if not real(scope, raw):
            raise errors.Denied
        return True

    patch.setattr(reads, "_inside", inside)


def clinic_is_no_condition_of_updates(patch: Patch) -> None:
    """Nor of deletes and checks: it is the same text."""
    real = Transaction._condition

    def without(self: Transaction, *texts: Any, **options: Any) -> Any:
        scope, self.scope = self.scope, Scope.system("nobody")
        try:
            return real(self, *texts, **options)
        finally:
            self.scope = scope

    patch.setattr(Transaction, "_condition", without)


def clinic_is_no_condition_of_puts(patch: Patch) -> None:
    real = Transaction._add

    def without(self: Transaction, kind: str, action: dict[str, Any], refusal: Any) -> None:
        if kind == "Put" and "OR" in action.get("ConditionExpression", ""):
            del action["ConditionExpression"], action["ExpressionAttributeValues"]
        real(self, kind, action, refusal)

    patch.setattr(Transaction, "_add", without)


def batches_look_at_nothing(patch: Patch) -> None:
    patch.setattr(Batch, "_keep_out", lambda self, raws: None)


def services_look_at_no_owner(patch: Patch) -> None:
    patch.setattr(Scope, "must_hold", lambda self, item: None)


def cursors_are_bound_to_nothing(patch: Patch) -> None:
    patch.setattr(cursors, "_bound_to", lambda scope, view: b"")


def tokens_are_bound_to_no_clinic(patch: Patch) -> None:
    patch.setattr(once, "_seal", lambda scope, form, token: blind("once", scope.actor.id, form, token))


def tokens_are_bound_to_no_person(patch: Patch) -> None:
    patch.setattr(once, "_seal", lambda scope, form, token: blind("once", scope.clinic or "", form, token))


def everybody_is_staff_everywhere(patch: Patch) -> None:
    real = ScopeMiddleware._enter

    def enter(self: ScopeMiddleware, request: Any, access: Any, clinic: str | None) -> None:
        request.signin.clinics = [*request.signin.clinics, clinic]
        real(self, request, access, clinic)

    patch.setattr(ScopeMiddleware, "_enter", enter)


def patients_are_loaded_without_the_scope(patch: Patch) -> None:
    """As `about_patient` would with an id alone."""
    real = queries.patient
    patch.setattr(queries, "patient", lambda scope, id: real(Scope.system("nobody"), id))


def references_are_looked_up_without_the_scope(patch: Patch) -> None:
    def place(self: RefField, request: Any) -> None:
        self.scope = Scope.system("nobody")

    patch.setattr(RefField, "place", place)


# --- Who sees it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """One of the wall's tests, and what it must see when it is gone."""

    test: Callable[[World, World], Holes]
    gone: Callable[[Patch], None]


def at_the_table(own: World, foreign: World) -> Holes:
    return table_holes(own, foreign)


def in_the_services(own: World, foreign: World) -> Holes:
    return service_holes(own, foreign)


def in_addresses(own: World, foreign: World) -> Holes:
    return addresses_of_the_site(of_both(own, foreign), Forms([], []))


def in_addresses_from_outside(own: World, foreign: World) -> Holes:
    return addresses_of_the_site(outsider(own, foreign), Forms([], []))


def in_forms(own: World, foreign: World) -> Holes:
    return forms_of_the_site(of_both(own, foreign), forms_shown(own, foreign, ("new", "link-relative")))


def in_queries(own: World, foreign: World) -> Holes:
    return queries_of_the_site(of_both(own, foreign), Forms([], []), ("list", "history"))


SEEN = [
    Sight(at_the_table, clinic_is_not_compared_on_read),
    Sight(at_the_table, what_is_foreign_is_forbidden_instead_of_not_found),
    Sight(at_the_table, clinic_is_no_condition_of_updates),
    Sight(at_the_table, clinic_is_no_condition_of_puts),
    Sight(at_the_table, batches_look_at_nothing),
    Sight(at_the_table, cursors_are_bound_to_nothing),
    Sight(at_the_table, tokens_are_bound_to_no_clinic),
    Sight(at_the_table, tokens_are_bound_to_no_person),
    Sight(in_the_services, clinic_is_no_condition_of_updates),
    Sight(in_the_services, services_look_at_no_owner),
    Sight(in_addresses, clinic_is_not_compared_on_read),
    Sight(in_addresses, what_is_foreign_is_forbidden_instead_of_not_found),
    Sight(in_addresses, patients_are_loaded_without_the_scope),
    Sight(in_addresses_from_outside, everybody_is_staff_everywhere),
    Sight(in_forms, tokens_are_bound_to_no_clinic),
    Sight(in_forms, references_are_looked_up_without_the_scope),
    Sight(in_queries, cursors_are_bound_to_nothing),
]


@pytest.mark.parametrize("sight", SEEN, ids=lambda sight: f"{sight.gone.__name__}, {sight.test.__name__}")
def test_what_is_taken_away_is_seen(
    sight: Sight, victims: tuple[World, World], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sight.gone(monkeypatch)
    assert next(sight.test(*victims), "") != ""
