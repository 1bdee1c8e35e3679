"""The places of the rail. An app adds its own by setting `places` on its AppConfig."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class Place:
    """`url` is a URL name that takes the clinic's id; `space` is the namespace, or the one view, that lights it up."""

    order: int
    label: str
    icon: str
    url: str
    needs: str
    space: str


def places_for(permissions: frozenset[str]) -> Iterator[Place]:
    found = [place for config in apps.get_app_configs() for place in getattr(config, "places", ())]
    return (place for place in sorted(found, key=lambda place: place.order) if place.needs in permissions)
