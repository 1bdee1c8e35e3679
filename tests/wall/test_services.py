from tests.wall.services import service_holes
from tests.wall.world import World


def test_no_service_acts_on_what_was_loaded_in_another_clinic(own: World, foreign: World) -> None:
    holes = "\n".join(service_holes(own, foreign))
    assert holes == ""
