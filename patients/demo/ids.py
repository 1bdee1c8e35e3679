"""Ids that a second seeding finds again: ULIDs made of what they stand for instead of time and chance."""

import hashlib

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EARLIEST = 1_420_070_400_000  # 2015-01-01 in milliseconds
_SPAN = 10 * 365 * 86_400_000  # so the time part lies in the past, whatever `--now` is


def demo_id(clinic: str, seed: str, thing: str) -> str:
    """The ULID of `thing` ("person 17") in a clinic seeded with `seed`."""
    digest = hashlib.sha256("\x1f".join((clinic, seed, thing)).encode()).digest()
    time = _EARLIEST + int.from_bytes(digest[:8], "big") % _SPAN
    return crockford((time << 80) | int.from_bytes(digest[8:18], "big"))


def crockford(value: int) -> str:
    """128 bits in the 26 letters of a ULID."""
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -5, -5))
