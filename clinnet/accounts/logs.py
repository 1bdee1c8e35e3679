"""Log lines without patient data: an exception's message may hold a name, a query string may hold anything, and the
address of a patient's link can be used by whoever reads it."""

import logging
import re
import traceback
from types import TracebackType

QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")
LINK = re.compile(r"(/[mt]/)[\w-]{16,}")
Exc = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have kept one with the message in it
        return LINK.sub(r"\1…", QUERY.sub(r"\1", super().format(record)))

    def formatException(self, ei: Exc) -> str:  # noqa: N802  logging's own name
        """Where it happened and what kind it was, through every cause; never what it said."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines = [*places, type(error).__qualname__, *(["then:"] if lines else []), *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
