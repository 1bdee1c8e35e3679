"""Whether the files of the bucket and the items that name them agree. `manage.py check_files` asks it.

An app contributes a NamesFiles for each kind of item that names files. Folders of which none speaks are left alone.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage

from clinnet import clock, contributions, files
from clinnet.contributions import Contribution
from clinnet.files import Kind
from clinnet.table import Item, Scope
from clinnet.table.errors import Refused
from clinnet.table.scans import every_raw
from clinnet.table.values import Raw

LET_BE = timedelta(days=1)  # an upload may be under way: the file is stored first, then named
OTHER_TABLE = Refused("No item names any file of this bucket. It may be another table's: nothing was deleted.")


@dataclass(frozen=True, repr=False)
class NamesFiles(Contribution):
    """Which items name the files of these kinds. `named` gives the keys that an item names, of its raw form: all those
    that something can still show, or give back."""

    model: type[Item]
    kinds: tuple[Kind, ...]
    named: Callable[[Raw], Iterable[str]]

    def problems(self) -> Iterator[str]:
        if not self.kinds:
            yield f"{self.model.__name__} does not say which kinds of files it names."


@dataclass(frozen=True, order=True)
class Gone:
    """An item names `key`, and the bucket has no such file."""

    clinic: str
    type: str
    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """`unnamed`: keys of files that no item names, older than a day; `young`: how many more are younger.

    `elsewhere`: how many are in folders of which no app speaks.
    """

    named: int
    young: int
    elsewhere: int
    unnamed: tuple[str, ...]
    gone: tuple[Gone, ...]

    @property
    def wrong(self) -> int:
        return len(self.unnamed) + len(self.gone)


def check(scope: Scope) -> Found:
    """What does not agree. Raises OSError and boto3's errors where the files cannot be listed.

    Looks twice where something is wrong: what is only under way is gone the second time.
    """
    first = look(scope)
    if not first.wrong:
        return first
    second, unnamed, gone = look(scope), set(first.unnamed), set(first.gone)
    return replace(
        second,
        unnamed=tuple(each for each in second.unnamed if each in unnamed),
        gone=tuple(each for each in second.gone if each in gone),
    )


def look(scope: Scope) -> Found:
    """One reading of the table, then one listing of the bucket: a file that is named in between is a young one."""
    named = _named(scope)
    folders = {kind.folder for each in contributions.of(NamesFiles) for kind in each.kinds}
    there, young, elsewhere, unnamed = set(), 0, 0, []
    old = clock.now() - LET_BE
    for key, at in _listed():
        if key in named:
            there.add(key)
        elif key.partition("/")[0] not in folders:
            elsewhere += 1
        elif at > old:
            young += 1
        else:
            unnamed.append(key)
    gone = chain.from_iterable(items for key, items in named.items() if key not in there)
    return Found(len(there), young, elsewhere, tuple(sorted(unnamed)), tuple(sorted(gone)))


def _named(scope: Scope) -> dict[str, list[Gone]]:
    """By key, who would miss it."""
    asked = [(each.model, each.named) for each in contributions.of(NamesFiles)]
    found: dict[str, list[Gone]] = {}
    for raw in every_raw(scope):
        for model, named in asked:
            if model.is_one(raw):
                clinic, type_, id = (raw.get(name, {}).get("S", "") for name in ("clinicId", "type", "id"))
                for key in named(raw):
                    found.setdefault(key, []).append(Gone(clinic, type_, id, key))
    return found


def _listed() -> Iterator[tuple[str, datetime]]:
    """Every file of the bucket that is ours: its key, and when it was stored."""
    storage: Any = default_storage
    before = f"{storage.location.strip('/')}/".lstrip("/")
    pages = storage.connection.meta.client.get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=storage.bucket_name, Prefix=before):
        for each in page.get("Contents", []):
            yield each["Key"].removeprefix(before), each["LastModified"]


def fix(found: Found) -> None:
    """Deletes the files that no item names. Raises Refused where items name none at all: it may be another's bucket."""
    if found.unnamed and not found.named:
        raise OTHER_TABLE
    for key in found.unnamed:
        files.drop(key)


def undeclared() -> Iterator[str]:
    """Kinds of files of which no app says what names them: nobody would know that one is missing, or left over."""
    known = {kind.folder for each in contributions.of(NamesFiles) for kind in each.kinds}
    for folder, home in sorted(_kinds()):
        if folder not in known:
            yield f"{home}: no NamesFiles says which items name the files of {folder}/."


def _kinds() -> set[tuple[str, str]]:
    """The folder of each kind that a module of ours makes or imports, and the first such module."""
    ours = {
        "clinnet",
        *(config.name.partition(".")[0] for config in apps.get_app_configs() if hasattr(config, "contributes")),
    }
    homes: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] in ours:
            for each in vars(module).values():
                if isinstance(each, Kind):
                    homes.setdefault(each.folder, name)
    return set(homes.items())
