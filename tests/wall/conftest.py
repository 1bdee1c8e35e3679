import pytest
from pytest_django import Settings

from tests.wall.world import World, settle


@pytest.fixture(scope="session")
def own() -> World:
    """The clinic in which the asker works. Tests that change it take `fresh`."""
    return settle("Larksong", "7700900111")


@pytest.fixture(scope="session")
def foreign() -> World:
    """The clinic behind the wall."""
    return settle("Quetzal", "7700900461")


@pytest.fixture
def fresh() -> World:
    return settle("Wagtail", "7700900222")


@pytest.fixture(autouse=True)
def plain_static_names(settings: Settings) -> None:
    """Pages are rendered without collected static files."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
