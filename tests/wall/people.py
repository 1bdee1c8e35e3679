"""Who asks in these tests, and the forms that they are shown."""

from collections.abc import Collection

from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.accounts.sessions import KEY
from tests.people import signed_in_client
from tests.wall.asking import walk
from tests.wall.site import Asker, Forms
from tests.wall.world import World


def everybody(*clinics: str) -> Client:
    """Somebody who may do everything there."""
    browser = signed_in_client(*clinics, person=f"all-{'-'.join(clinics)}")
    browser.raise_request_exception = False
    session = browser.session
    session[KEY] = session[KEY] | {"roles": list(Role)}
    session.save()
    return browser


def outsider(own: World, foreign: World) -> Asker:
    return _warm(Asker(everybody(own.clinic), own, foreign))


def of_both(own: World, foreign: World) -> Asker:
    """Staff of both clinics, in the one: nobody could reach more."""
    return _warm(Asker(everybody(own.clinic, foreign.clinic), own, foreign, of_both=True))


def _warm(asker: Asker) -> Asker:
    """What the process keeps for a while is read before answers are compared: their meters would differ."""
    for page in ("", "patients/", "patients/new/"):
        asker.browser.get(f"/c/{asker.own.clinic}/{page}")
    return asker


def forms_shown(own: World, foreign: World, names: Collection[str] = ()) -> Forms:
    """Of all pages, or of those with these names; to the same person, who is staff of both."""
    asker = of_both(own, foreign)
    return Forms(*(walk(asker.browser, world, names).forms for world in (own, foreign)))
