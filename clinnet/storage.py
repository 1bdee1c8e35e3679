"""Static files under names that carry a digest of their content, so that browsers keep them for ever."""

from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# import "./a.js"; and import { b } from "./a.js"; as our own modules write them. Django has a switch for this, but
# its patterns stumble over comments in django-htmx's scripts.
IMPORTS = (r"""(?P<matched>(?P<words>\bimport\s[^'"]*)"(?P<url>\./[^"]+\.js)")""", '%(words)s"%(url)s"')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports between our modules get the hashed names too."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", (IMPORTS,)))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Looked up once a process and file: a page names eighty."""
        if force or settings.DEBUG:
            return str(super().url(name, force))
        if name not in self._urls:
            self._urls[name] = str(super().url(name))
        return self._urls[name]
