"""The people of tests are signed in as Django signs somebody in."""

from django.contrib.auth import get_user_model
from django.test import Client

from clinnet.accounts.sessions import KEY
from tests.people import signed_in_client


def test_a_session_of_a_test_holds_what_django_puts_into_one(db: None) -> None:
    made = dict(signed_in_client("a clinic", person="somebody").session)
    other = Client()
    other.force_login(get_user_model().objects.get(username="somebody"))
    assert made.pop(KEY)["clinics"] == ["a clinic"]
    assert made == dict(other.session)


def test_who_signs_in_a_second_time_is_the_same_person(db: None) -> None:
    first, second = (dict(signed_in_client("a clinic", person="somebody").session) for _ in range(2))
    assert first["_auth_user_id"] == second["_auth_user_id"]
