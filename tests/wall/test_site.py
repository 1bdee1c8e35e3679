"""The wall round the site: everything of clinic B is as if it did not exist."""

import pytest

from tests.wall.people import of_both, outsider
from tests.wall.site import Forms, addresses_of_the_site, site_holes
from tests.wall.world import World


def fail_for(holes: list[str]) -> None:
    if holes:
        pytest.fail("\n".join(holes))


def test_for_staff_of_one_clinic_another_does_not_exist(own: World, foreign: World, forms: Forms) -> None:
    fail_for(list(addresses_of_the_site(outsider(own, foreign), forms)))


def test_in_one_clinic_nothing_of_another_can_be_reached_even_by_staff_of_both(
    own: World, foreign: World, forms: Forms
) -> None:
    fail_for(list(site_holes(of_both(own, foreign), forms)))
