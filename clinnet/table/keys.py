"""Every key of the table, and every range that is read: the only file that knows a prefix.

`Key` is where an item lives; `Range` is a question, named after what it answers. docs/data-model.md lists both,
and a test fails when it and this file disagree.
"""

from typing import NamedTuple

from clinnet.table.secrets import blind


class Key(NamedTuple):
    """PK and SK of one item, or the pair of one index."""

    pk: str
    sk: str

    def is_under(self, clinic: str) -> bool:
        """Whether the key itself says this clinic; a patient's keys say none."""
        return self.pk.startswith(f"CLINIC#{clinic}#")

    def may_exist(self) -> bool:
        """Whether DynamoDB takes a key of this length: a made-up id in an address may be longer than any."""
        return len(self.pk.encode()) <= 2048 and len(self.sk.encode()) <= 1024


class Range(NamedTuple):
    """A key range. `begins` is a sort key prefix; `low` and `high` bound it; `gsi` is GSI1, GSI2 or none."""

    pk: str
    begins: str = ""
    low: str = ""
    high: str = ""
    gsi: str = ""


# --- People ------------------------------------------------------------------------------------------------------


def patient(id: str) -> Key:
    return Key(f"PAT#{id}", "PROFILE#1")


def patient_joined(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a patient. `at` is a stamp: the month names the bucket."""
    return Key(f"CLINIC#{clinic}#JOINED#{at[:7]}", f"{at}#{id}")


def patients_who_joined_in(clinic: str, month: str) -> Range:
    """`month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#JOINED#{month}", gsi="GSI1")


def list_row(clinic: str, initial: str, name: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#LIST#{initial}", f"{name}#{id}")


def patients_by_letter(clinic: str, initial: str, prefix: str = "") -> Range:
    return Range(f"CLINIC#{clinic}#LIST#{initial}", begins=prefix)


def word_row(clinic: str, bucket: str, words: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#WORD#{bucket}", f"{words}#{id}")


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


def contact(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"CONTACT#{id}")


def callback_due(clinic: str, due: str, id: str) -> Key:
    """GSI1 of a contact whose call-back is open. `due` is a date."""
    return Key(f"CLINIC#{clinic}#CALLBACK", f"{due}#{id}")


def callbacks_due(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CALLBACK", gsi="GSI1")


def contacts_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="CONTACT#")


# --- What the older Clinnet wrote; later apps give these their screens ---------------------------------------------


def appointment(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"APPT#{id}")


def record(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"RECORD#{id}")


def service_provided(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"SERVICE#{id}")


def bill(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"BILL#{id}")


def timeline(patient_id: str, at: str, item: str) -> Key:
    """GSI2 of what happened to a patient; `item` is the item's own sort key."""
    return Key(f"PAT#{patient_id}", f"T#{at}#{item}")


def chart_timeline(patient_id: str, at: str, item: str) -> Key:
    return Key(f"PAT#{patient_id}#CHART", f"T#{at}#{item}")


# --- The clinic --------------------------------------------------------------------------------------------------


def clinic_settings(clinic: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", "SETTINGS#CLINIC")


def staff(clinic: str, person: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"STAFF#{person}")


def staff_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="STAFF#")


def list_buckets(clinic: str) -> Key:
    """The letters that the clinic's list of patients has."""
    return Key(f"CLINIC#{clinic}#CONFIG", "BUCKETS")


def counter(clinic: str, name: str) -> Key:
    return Key(f"CLINIC#{clinic}#COUNTER", name)


def person_clinic(person: str, clinic: str) -> Key:
    return Key(f"PERSON#{person}", f"CLINIC#{clinic}")


def clinics_of_person(person: str) -> Range:
    return Range(f"PERSON#{person}", begins="CLINIC#")


# --- The trail, and what makes twice once ------------------------------------------------------------------------


def audit_event(clinic: str, at: str, id: str) -> Key:
    """Ten minutes a bucket: 2026-11-22T09:3."""
    return Key(f"CLINIC#{clinic}#AUDIT#{at[:15]}", id)


def audit_actor(clinic: str, person: str, at: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#ACTOR#{person}#{at[:7]}", f"{at}#{id}")


def audit_patient(patient_id: str, at: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}#AUDIT", f"{at}#{id}")


def history_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}#AUDIT", gsi="GSI2")


def done_once(token: str) -> Key:
    return Key(f"ONCE#{token}", "ONCE")
