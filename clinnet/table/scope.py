"""Who is asking, for which clinic. Made by middleware alone; the first argument of every call."""

from dataclasses import dataclass
from typing import Protocol

from clinnet.table.errors import Denied, NotFound


class Owned(Protocol):
    @property
    def clinic_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the staff, or a command. `id` is the person's Cognito `sub`."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The wall: everything read or written through it belongs to `clinic`.

    A clinic of None is for sign-in and maintenance only: it neither stamps nor compares.
    """

    clinic: str | None
    actor: Actor
    permissions: frozenset[str] = frozenset()
    session: str = ""

    @classmethod
    def system(cls, name: str, clinic: str | None = None) -> "Scope":
        """For commands and for sign-in, which act for no person: `name` is what the trail will say."""
        return cls(clinic, Actor(f"system:{name}", name))

    @property
    def is_system(self) -> bool:
        return self.actor.id.startswith("system:")

    @property
    def clinic_id(self) -> str:
        """The clinic, where there must be one."""
        if self.clinic is None:
            raise ValueError("this scope is for no clinic")
        return self.clinic

    def must_hold(self, item: Owned) -> None:
        """Raises NotFound for another clinic's item: where something is put beneath it that no condition guards."""
        if self.clinic is not None and item.clinic_id != self.clinic:
            raise NotFound

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises Denied unless the person has `permission`; commands have all."""
        if not self.is_system and permission not in self.permissions:
            raise Denied
