"""The trail: events, their seals and topics, who did what."""

from clinnet.table.keys.key import Key, Range


def audit_event(clinic: str, at: str, id: str) -> Key:
    """Ten minutes a bucket: 2026-11-22T09:3."""
    return Key(f"CLINIC#{clinic}#AUDIT#{at[:15]}", id)


def audit_between(clinic: str, at: str) -> Range:
    """The events of the ten minutes in which a stamp is."""
    return Range(f"CLINIC#{clinic}#AUDIT#{at[:15]}")


def audit_seal(clinic: str, start: str) -> Key:
    """A seal over the events from a stamp on. Among the trail's own keys, which no role of ours may change."""
    return Key(f"CLINIC#{clinic}#AUDIT#SEALS#{start[:7]}", start)


def audit_seals_in(clinic: str, month: str) -> Range:
    """`month` is as 2026-11, or a stamp within it."""
    return Range(f"CLINIC#{clinic}#AUDIT#SEALS#{month[:7]}")


def audit_checked(clinic: str) -> Key:
    """What was found when the trail was held against its seals last."""
    return Key(f"CLINIC#{clinic}#CONFIG", "CHECKED")


def audit_topic(clinic: str, topic: str, at: str, id: str) -> Key:
    """Where an event is found by its topic. Among the trail's own keys too."""
    return Key(f"CLINIC#{clinic}#AUDIT#TOPIC#{topic}#{at[:7]}", f"{at}#{id}")


def parse_audit_topic(sk: str) -> tuple[str, str]:
    """The stamp and the id of the event."""
    at, _, id = sk.partition("#")
    return at, id


def audit_topics_in(clinic: str, topic: str, month: str) -> Range:
    """`month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#AUDIT#TOPIC#{topic}#{month}")


def audit_actor(clinic: str, person: str, at: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#ACTOR#{person}#{at[:7]}", f"{at}#{id}")


def done_by(clinic: str, person: str, month: str, since: str) -> Range:
    """What somebody did since a stamp; `month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#ACTOR#{person}#{month}", low=since, gsi="GSI1")


def audit_patient(patient_id: str, at: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}#AUDIT", f"{at}#{id}")


def history_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}#AUDIT", gsi="GSI2")
