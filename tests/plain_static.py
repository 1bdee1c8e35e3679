"""Pages are rendered without collected static files, which then have their own names."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import override_settings


class PlainNames(StaticFilesStorage):
    """Puts each address together once: a page names twenty files, and a run shows some ten thousand pages."""

    def url(self, name: str | None) -> str:
        return _url(name, self.base_url)


@cache
def _url(name: str | None, base: str | None) -> str:
    return StaticFilesStorage(base_url=base).url(name)


@pytest.fixture(scope="session", autouse=True)
def plain_names(django_test_environment: None) -> Iterator[None]:
    """For a whole run. The root is a folder that stays empty: WhiteNoise warns of one that is not there."""
    empty = Path(os.environ["CLINNET_VAR"]) / "no-static"
    empty.mkdir(exist_ok=True)
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": f"{__name__}.{PlainNames.__name__}"}}
    with override_settings(STATIC_ROOT=empty, STORAGES=storages):
        yield
