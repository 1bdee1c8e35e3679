"""Pages are rendered without collected static files, which then have their own names."""

import os
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage
from pytest_django import Settings


class PlainNames(StaticFilesStorage):
    """Puts each address together once: a page names twenty files, and a run shows some ten thousand pages."""

    def url(self, name: str | None) -> str:
        return _url(name, self.base_url)


@cache
def _url(name: str | None, base: str | None) -> str:
    return StaticFilesStorage(base_url=base).url(name)


def use_plain_names(settings: Settings) -> None:
    """Until the end of the test. The root is a folder that stays empty: WhiteNoise warns of one that is not there."""
    empty = Path(os.environ["CLINNET_VAR"]) / "no-static"
    empty.mkdir(exist_ok=True)
    settings.STATIC_ROOT = empty
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": f"{__name__}.{PlainNames.__name__}"}}
