"""Static files under names that carry a digest of their content, so that browsers keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# import "./a.js"; and import { b } from "./a.js"; as our own modules write them. Django has a switch for this, but
# its patterns stumble over comments in django-htmx's scripts.
IMPORTS = (r"""(?P<matched>(?P<words>\bimport\s[^'"]*)"(?P<url>\./[^"]+\.js)")""", '%(words)s"%(url)s"')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports between our modules get the hashed names too."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", (IMPORTS,)))
