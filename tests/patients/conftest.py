import pytest
from pytest_django import Settings

from tests.plain_static import use_plain_names


@pytest.fixture(autouse=True)
def plain_static_names(settings: Settings) -> None:
    use_plain_names(settings)
