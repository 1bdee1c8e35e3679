import pytest

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
