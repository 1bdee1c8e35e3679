"""What stands in the console's own column: pages, then entities by group, those that the person may open."""

from dataclasses import dataclass

from clinnet import contributions
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.registry import GROUPS, ManagePage, entities
from clinnet.table import Scope


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    icon: str
    url: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    places: list[Place]


def groups(scope: Scope, path: str = "") -> list[Group]:
    """The pages first, in a group without a name. `path` is of the page that asks: its place is `here`."""
    pages = [
        Place(each.label, each.icon, reverse(each.url, args=[scope.clinic_id]))
        for each in contributions.of(ManagePage)
        if scope.may(each.needs)
    ]
    found = [Group("", pages)]
    for name in GROUPS:
        places = [
            Place(each.many, each.icon, each.url("list", scope))
            for each in entities().values()
            if each.group == name and all(scope.may(one) for one in each.needs)
        ]
        found.append(Group(name, places))
    return [_lit(each, _here(found, path)) for each in found if each.places]


def _here(found: list[Group], path: str) -> str:
    """The address that the page's own begins with: the longest, as the console's begins all."""
    urls = [place.url for group in found for place in group.places if path.startswith(place.url)]
    return max(urls, key=len, default="")


def _lit(group: Group, here: str) -> Group:
    return Group(group.label, [Place(one.label, one.icon, one.url, one.url == here) for one in group.places])


SETTINGS_PAGE = ManagePage(30, "Settings", "adjustments", "console:settings", Permission.CLINIC_MANAGE)
TRAIL = ManagePage(40, "Trail", "history", "console:trail", Permission.AUDIT_READ)
HEALTH = ManagePage(50, "Health", "heartbeat", "console:health", Permission.CLINIC_MANAGE)
COST = ManagePage(60, "Cost", "receipt-2", "console:cost", Permission.COST_READ)
HOME = ManagePage(0, "Home", "home", "console:home", Permission.CLINIC_MANAGE)
