import pytest
from django.test import Client

from tests.people import signed_in_client


@pytest.fixture
def ana(clinic: str) -> Client:
    return signed_in_client(clinic)
