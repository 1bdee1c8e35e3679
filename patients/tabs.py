"""The tabs of a patient. An app adds its own by setting `patient_tabs` on its AppConfig."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse


@dataclass(frozen=True)
class PatientTab:
    """`url` is a URL name that takes `clinic` and `patient_id`; pages beneath its address belong to the tab."""

    order: int
    label: str
    url: str
    needs: str


def tabs_for(permissions: frozenset[str]) -> Iterator[PatientTab]:
    found = [tab for config in apps.get_app_configs() for tab in getattr(config, "patient_tabs", ())]
    return (tab for tab in sorted(found, key=lambda tab: tab.order) if tab.needs in permissions)


def links(permissions: frozenset[str], clinic: str, patient_id: str, path: str) -> list[dict[str, object]]:
    """What templates/parts/tabs.html takes. `path` is the page's own: the deepest tab above it is here."""
    found: list[dict[str, object]] = []
    for tab in tabs_for(permissions):
        found.append({"label": tab.label, "url": reverse(tab.url, args=[clinic, patient_id])})
    here = max((str(tab["url"]) for tab in found if path.startswith(str(tab["url"]))), key=len, default="")
    return [tab | {"here": tab["url"] == here} for tab in found]
