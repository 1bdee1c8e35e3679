"""What becomes of a document that waits for a doctor. Pure."""

from collections.abc import Mapping

# Why one is not needed. Its file is deleted, so nothing is typed that would have to be kept.
WHY: Mapping[str, str] = {
    "twice": "It is in the chart already",
    "elsewhere": "It is about nobody who is a patient here",
    "unreadable": "It cannot be read",
    "nothing": "There is nothing in it to keep",
}
