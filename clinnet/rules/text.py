"""Text as people type it. Pure."""

import unicodedata


def tidy(text: str) -> str:
    """What was typed, without what cannot be seen: control and direction marks, doubled spaces."""
    visible = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in visible if unicodedata.category(c) not in ("Cf", "Cs") or c in "\u200c\u200d")
    return unicodedata.normalize("NFC", " ".join(kept.split()))
