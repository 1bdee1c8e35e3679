"""What people do to patients: one function for each thing, one transaction each."""

from patients.services.bulk import Newcomer, register_many
from patients.services.contacts import add_contact, close_callback, log_contact
from patients.services.links import change_link, link, link_outsider, shared_with_relatives, unlink
from patients.services.mailbox import add_bounce, add_failed_number, trust_email, trust_numbers
from patients.services.merging import merge, undo_merge
from patients.services.people import (
    archive,
    change,
    confirm_details,
    mark_test,
    record_death,
    register,
    restore,
    restrict,
)
from patients.services.relatives import Tie, register_for

__all__ = [
    "Newcomer", "Tie", "add_bounce", "add_contact", "add_failed_number", "archive", "change", "change_link",
    "close_callback", "confirm_details", "link", "link_outsider", "log_contact", "mark_test", "merge", "record_death",
    "register", "register_for", "register_many", "restore", "restrict", "shared_with_relatives", "trust_email",
    "trust_numbers", "undo_merge", "unlink",
]  # fmt: skip
