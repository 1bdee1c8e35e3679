"""Whom a reference to a Patient means: an id is unique in one source alone, and a run reads many sources."""

import re
from dataclasses import dataclass, field

from .parts import Resource, text

Level = tuple[str, ...]
EVERYWHERE: Level = ()
AMBIGUOUS = "Its patient can be one of several in the files; left out."
LEFT_OUT = "Its patient was left out, and so is this."
_RELATIVE = re.compile(r"Patient/[^/]+")


@dataclass(frozen=True)
class Owner:
    """A patient of a run: the id here, "" for one who was left out; and the source, as Mapped has it."""

    id: str
    source: str


class Unclear(Exception):
    """The reference names somebody of the files, but not one patient here; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(repr=False)
class References:
    """The patients of one run, by what may point at them: in their own bundle, in their file, in the whole run."""

    _named: dict[tuple[Level, str], set[tuple[Owner, str]]] = field(default_factory=dict, repr=False)

    def learn(self, file: str, resource: Resource, owner: Owner) -> None:
        own = text(resource.body.get("id"))
        url = resource.url.partition("/_history")[0]
        for name in filter(None, (url, own and f"Patient/{own}")):
            for level in _levels(file, resource):
                self._named.setdefault((level, name), set()).add((owner, "" if url.startswith("urn:") else url))

    def owner(self, file: str, resource: Resource, reference: str) -> Owner | None:
        """Who is meant by a reference that stands in `resource`. None: nobody of the files. Raises Unclear."""
        target = reference.partition("/_history")[0]
        for name, base in _readings(target, resource.url):
            for level in _levels(file, resource):
                met = self._named.get((level, name), set())
                # A relative name that another server's patient has too is not this one's.
                found = {owner for owner, url in met if not (base and url and url != base)}
                if len(found) > 1:
                    raise Unclear(AMBIGUOUS)
                if found:
                    return _here(found.pop())
        return None


def _here(owner: Owner) -> Owner:
    if not owner.id:
        raise Unclear(LEFT_OUT)
    return owner


def _levels(file: str, resource: Resource) -> list[Level]:
    """From the innermost bundle out."""
    inner = resource.within.split(", ") if resource.within else []
    return [(file, *inner[:size]) for size in range(len(inner), -1, -1)] + [EVERYWHERE]


def _readings(target: str, url: str) -> list[tuple[str, str]]:
    """The names to look for, surest first, each with the absolute address that it stands for, if known."""
    if _RELATIVE.fullmatch(target):
        base = "/".join(url.split("/")[:-2]) if url.startswith("http") else ""
        absolute = f"{base}/{target}" if base else ""
        return [(absolute, ""), (target, absolute)] if absolute else [(target, "")]
    short = "/".join(target.split("/")[-2:])
    return [(target, ""), *([(short, target)] if "/" in target and _RELATIVE.fullmatch(short) else [])]
