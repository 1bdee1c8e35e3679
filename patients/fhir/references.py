"""Whom a reference to a Patient means: an id is unique in one source alone, and a run reads many sources.

A source is a bundle, a file or a folder, as bulk exports have one for each server.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from patients.rules.names import fold

from .aside import words
from .parts import Resource, text

Level = tuple[str, ...]
EVERYWHERE: Level = ()
AMBIGUOUS = "Its patient can be one of several in the files; left out."
OTHERWISE = "It calls its patient by another name than the only one whom it can mean; left out."
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
    _words: dict[Owner, set[str]] = field(default_factory=dict, repr=False)  # of their names

    def learn(self, file: str, resource: Resource, owner: Owner) -> None:
        own = text(resource.body.get("id"))
        url = resource.url
        self._words.setdefault(owner, set()).update(fold(words(resource.body.get("name"))).split())
        for name in filter(None, (url, own and f"Patient/{own}")):
            for level in levels(file, resource):
                self._named.setdefault((level, name), set()).add((owner, "" if url.startswith("urn:") else url))

    def owner(self, file: str, resource: Resource, reference: str, display: str = "") -> Owner | None:
        """Who is meant by a reference that stands in `resource`. None: nobody of the files. Raises Unclear.

        `display` is whom the reference names: where it leads into another source, some of their name has to agree.
        """
        target = reference.partition("/_history")[0]
        for name, base in _readings(target, resource.url):
            for level in levels(file, resource):
                met = self._named.get((level, name), set())
                # A relative name that another server's patient has too is not this one's.
                found = {owner for owner, url in met if not (base and url and url != base)}
                if len(found) > 1:
                    raise Unclear(AMBIGUOUS)
                if found:
                    one = _here(found.pop())
                    if level in (_folder(file), EVERYWHERE) and self._is_another(one, display):
                        raise Unclear(OTHERWISE)
                    return one
        return None

    def _is_another(self, owner: Owner, display: str) -> bool:
        said, known = set(fold(display).split()), self._words.get(owner, set())
        return bool(said and known) and not said & known


def _here(owner: Owner) -> Owner:
    if not owner.id:
        raise Unclear(LEFT_OUT)
    return owner


def levels(file: str, resource: Resource) -> list[Level]:
    """From the innermost bundle out."""
    inner = resource.within.split(", ") if resource.within else []
    return [*((file, *inner[:size]) for size in range(len(inner), -1, -1)), _folder(file), EVERYWHERE]


def _folder(file: str) -> Level:
    """Of the folder in which it stands."""
    return (f"{Path(file).parent}/",)


def _readings(target: str, url: str) -> list[tuple[str, str]]:
    """The names to look for, surest first, each with the absolute address that it stands for, if known."""
    if _RELATIVE.fullmatch(target):
        base = "/".join(url.split("/")[:-2]) if url.startswith("http") else ""
        absolute = f"{base}/{target}" if base else ""
        return [(absolute, ""), (target, absolute)] if absolute else [(target, "")]
    short = "/".join(target.split("/")[-2:])
    return [(target, ""), *([(short, target)] if "/" in target and _RELATIVE.fullmatch(short) else [])]
