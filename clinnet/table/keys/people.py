"""Patients: the list and the search, their numbers, contacts, and what happened to them in time."""

from clinnet.table.keys.key import Key, Range
from clinnet.table.secrets import blind


def patient(id: str) -> Key:
    return Key(f"PAT#{id}", "PROFILE#1")


def parse_patient(pk: str) -> str:
    """The patient's id, of any item that stands beneath a patient."""
    return pk.partition("#")[2]


def patient_joined(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a patient. `at` is a stamp: the month names the bucket."""
    return Key(f"CLINIC#{clinic}#JOINED#{at[:7]}", f"{at}#{id}")


def patients_who_joined_in(clinic: str, month: str) -> Range:
    """`month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#JOINED#{month}", gsi="GSI1")


def patients_who_joined_on(clinic: str, day: str) -> Range:
    """`day` as 2026-11-28, of UTC."""
    return Range(f"CLINIC#{clinic}#JOINED#{day[:7]}", begins=day, gsi="GSI1")


def list_row(clinic: str, initial: str, name: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#LIST#{initial}", f"{name}#{id}")


def patients_by_letter(clinic: str, initial: str, prefix: str = "") -> Range:
    return Range(f"CLINIC#{clinic}#LIST#{initial}", begins=prefix)


def word_row(clinic: str, bucket: str, words: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#WORD#{bucket}", f"{words}#{id}")


def parse_word_row(sk: str) -> str:
    """The words of a search row, of whichever kind, parted by spaces."""
    return sk.rpartition("#")[0]


def patients_by_word(clinic: str, bucket: str, prefix: str) -> Range:
    return Range(f"CLINIC#{clinic}#WORD#{bucket}", begins=prefix)


def pair_row(clinic: str, bucket: str, initial: str, words: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#PAIR#{bucket}#{initial}", f"{words}#{id}")


def patients_by_two_words(clinic: str, bucket: str, prefix: str) -> Range:
    """`bucket` is that of the shorter word; `prefix` is the longer word."""
    return Range(f"CLINIC#{clinic}#PAIR#{bucket}#{prefix[:1]}", begins=prefix)


def sound_row(clinic: str, code: str, others: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#SOUND#{code}", f"{others}#{id}")


def patients_by_sound(clinic: str, code: str, others: str = "") -> Range:
    return Range(f"CLINIC#{clinic}#SOUND#{code}", begins=others)


def phone_row(clinic: str, digits: str, id: str) -> Key:
    """`digits` is the whole number; its last four name the bucket, the reversed number sorts it."""
    return Key(f"CLINIC#{clinic}#PHONE#{digits[-4:]}", f"{digits[::-1]}#{id}")


def patients_by_phone_tail(clinic: str, tail: str) -> Range:
    """`tail` has at least four digits."""
    return Range(f"CLINIC#{clinic}#PHONE#{tail[-4:]}", begins=tail[::-1])


def born_row(clinic: str, born: str, words: str, id: str) -> Key:
    """`born` is 1985-03-14, 1985-03 or 1985; what is not known sorts as 00."""
    year, month, day = ([*born.split("-"), "00", "00"])[:3]
    return Key(f"CLINIC#{clinic}#BORN#{year}-{month}", f"{day} {words}#{id}")


def patients_born_on(clinic: str, born: str, words: str = "") -> Range:
    year, month, day = ([*born.split("-"), "00", "00"])[:3]
    return Range(f"CLINIC#{clinic}#BORN#{year}-{month}", begins=f"{day} {words}")


def patients_born_in_month(clinic: str, month: str) -> Range:
    return Range(f"CLINIC#{clinic}#BORN#{month}")


def record_number(clinic: str, number: str) -> Key:
    return Key(f"CLINIC#{clinic}#MRN#{number}", "UNIQUE")


def national_id(clinic: str, number: str) -> Key:
    return Key(f"CLINIC#{clinic}#NID#{blind('national id', clinic, number)}", "UNIQUE")


def identifier(clinic: str, system: str, value: str) -> Key:
    """Another system's identifier of a patient, so that an import finds the patient again."""
    return Key(f"CLINIC#{clinic}#IDENT#{blind('identifier', clinic, system, value)}", "UNIQUE")


def imported(clinic: str, key: str) -> Key:
    """What became of a thing of another system (a visit), so that its next export finds it again."""
    return Key(f"CLINIC#{clinic}#IMPORTED#{blind('imported', clinic, key)}", "UNIQUE")


def imported_names(clinic: str, id: str, patient_id: str) -> Key:
    """Which resources of other systems an import put into the chart of this patient."""
    return Key(f"CLINIC#{clinic}#IMPORTED", f"{id}#{patient_id}")


def parse_imported_names(sk: str) -> str:
    """The id of the patient."""
    return sk.rpartition("#")[2]


def all_imported_names(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#IMPORTED")


def contact(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"CONTACT#{id}")


def callback_due(clinic: str, due: str, id: str) -> Key:
    """GSI1 of a contact whose call-back is open. `due` is a date."""
    return Key(f"CLINIC#{clinic}#CALLBACK", f"{due}#{id}")


def parse_callback_due(sk: str) -> str:
    """The date on which a call-back is due."""
    return sk.partition("#")[0]


def callbacks_due(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CALLBACK", gsi="GSI1")


def contacts_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="CONTACT#")


def timeline(patient_id: str, at: str, item: str) -> Key:
    """GSI2 of what happened to a patient; `item` is the item's own sort key."""
    return Key(f"PAT#{patient_id}", f"T#{at}#{item}")


def parse_timeline(sk: str) -> str:
    """The stamp of what stands on a patient's timeline."""
    return sk.split("#")[1]


def timeline_from(patient_id: str, at: str) -> Range:
    """What happens to a patient from a moment on; backward up to it with `timeline_until`."""
    return Range(f"PAT#{patient_id}", low=f"T#{at}", high="T#~", gsi="GSI2")


def timeline_until(patient_id: str, at: str) -> Range:
    return Range(f"PAT#{patient_id}", low="T#", high=f"T#{at}", gsi="GSI2")


def timeline_and_requests(patient_id: str) -> Range:
    """Backward: what happens to a patient from its end, and then the requests."""
    return Range(f"PAT#{patient_id}", low="Q#", high="T#~", gsi="GSI2")
