"""The clinic itself: settings, staff, counters, what is counted of each day."""

from clinnet.table.keys.key import Key, Range


def clinic_settings(clinic: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", "SETTINGS#CLINIC")


def clinic_listed(clinic: str) -> Key:
    """GSI1 of a clinic's settings: what works for all clinics finds them there."""
    return Key("CLINICS", clinic)


def clinics() -> Range:
    return Range("CLINICS", gsi="GSI1")


def health(clinic: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", "HEALTH")


def clock_work(clinic: str, name: str) -> Key:
    """When something that is done by the clock was last done for the clinic."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"WORK#{name}")


def clock_works_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="WORK#")


def staff(clinic: str, person: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"STAFF#{person}")


def administrators(clinic: str) -> Key:
    """A counter of the changes by which somebody ceased to be an administrator: two at once do not leave none."""
    return Key(f"CLINIC#{clinic}#CONFIG", "ADMINS")


def staff_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="STAFF#")


def list_buckets(clinic: str) -> Key:
    """The letters that the clinic's list of patients has."""
    return Key(f"CLINIC#{clinic}#CONFIG", "BUCKETS")


def day_counted(clinic: str, day: str) -> Key:
    """What the visits of a day of the clinic came to."""
    return Key(f"CLINIC#{clinic}#DAYS#{day[:7]}", day)


def days_counted(clinic: str, month: str) -> Range:
    return Range(f"CLINIC#{clinic}#DAYS#{month}")


def cost(clinic: str, day: str) -> Key:
    """What the pages of a day cost; `day` is of UTC, as 2026-11-28."""
    return Key(f"CLINIC#{clinic}#COST#{day[:7]}", day)


def costs_in(clinic: str, month: str) -> Range:
    return Range(f"CLINIC#{clinic}#COST#{month}")


def counter(clinic: str, name: str) -> Key:
    return Key(f"CLINIC#{clinic}#COUNTER", name)


def parse_counter(name: str) -> tuple[str, int]:
    """INVOICE or CREDIT, and the year; of the name of another counter two empty ones."""
    kind, _, year = name.partition("#")
    return (kind, int(year)) if year.isdecimal() else ("", 0)


def person_clinic(person: str, clinic: str) -> Key:
    return Key(f"PERSON#{person}", f"CLINIC#{clinic}")


def clinics_of_person(person: str) -> Range:
    return Range(f"PERSON#{person}", begins="CLINIC#")
