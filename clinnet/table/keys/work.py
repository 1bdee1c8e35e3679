"""Work in hand: jobs, drafts, tasks, recalls and documents that wait, and what makes a form sent twice count once."""

from clinnet.table.keys.key import Key, Range


def job(id: str) -> Key:
    return Key(f"JOB#{id}", "JOB")


def job_part(id: str, number: int) -> Key:
    """What was frozen of a job over many things: some of their ids, with the version that each had."""
    return Key(f"JOB#{id}", f"PART#{number:04}")


def parts_of_job(id: str) -> Range:
    return Range(f"JOB#{id}", begins="PART#")


def job_open(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a job that is not finished."""
    return Key(f"CLINIC#{clinic}#JOBS", f"{at}#{id}")


def jobs_open(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#JOBS", gsi="GSI1")


def recall(patient_id: str, id: str) -> Key:
    """That a patient is asked back. No key of the chart: the desk works it off."""
    return Key(f"PAT#{patient_id}", f"RECALL#{id}")


def recalls_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="RECALL#")


def recall_due(clinic: str, due: str, id: str) -> Key:
    """GSI1 of a recall while it is open. `due` is a date."""
    return Key(f"CLINIC#{clinic}#RECALLS", f"{due}#{id}")


def parse_recall_due(sk: str) -> str:
    """The date on which a recall is due."""
    return sk.partition("#")[0]


def recalls_due(clinic: str, until: str) -> Range:
    """Those due up to a date, with that day."""
    return Range(f"CLINIC#{clinic}#RECALLS", high=f"{until}~", gsi="GSI1")


def task(patient_id: str, id: str) -> Key:
    """What has to be done about a patient. No key of the chart: the desk has some."""
    return Key(f"PAT#{patient_id}", f"TASK#{id}")


def tasks_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="TASK#")


def task_due(clinic: str, owner: str, due: str, id: str) -> Key:
    """GSI1 of a task while it is open. `owner` is a person or a role, `due` a date."""
    return Key(f"CLINIC#{clinic}#TASKS#{owner}", f"{due}#{id}")


def tasks_for(clinic: str, owner: str) -> Range:
    """What is due first, first."""
    return Range(f"CLINIC#{clinic}#TASKS#{owner}", gsi="GSI1")


def incoming(patient_id: str, id: str) -> Key:
    """A document that the desk handed to a doctor. No key of the chart: it stands in none before a doctor files it."""
    return Key(f"PAT#{patient_id}", f"INCOMING#{id}")


def incoming_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="INCOMING#")


def incoming_open(clinic: str, at: str, id: str) -> Key:
    """GSI1 of such a document while it waits."""
    return Key(f"CLINIC#{clinic}#INCOMING", f"{at}#{id}")


def all_incoming(clinic: str) -> Range:
    """Oldest first, of the whole clinic: what is for a doctor who is away is found by the others."""
    return Range(f"CLINIC#{clinic}#INCOMING", gsi="GSI1")


def done_once(token: str) -> Key:
    return Key(f"ONCE#{token}", "ONCE")


def draft(person: str, clinic: str, form: str) -> Key:
    """What a person is typing into a form. The clinic stands in the key: one person may work in two."""
    return Key(f"DRAFT#{person}", f"{clinic}#{form}")


def writing(patient_id: str, clinic: str, person: str, note: str) -> Key:
    """That a person is writing a note about a patient, for colleagues to know."""
    return Key(f"DRAFT#{patient_id}", f"WRITING#{clinic}#{person}#{note}")


def writing_about(patient_id: str, clinic: str) -> Range:
    return Range(f"DRAFT#{patient_id}", begins=f"WRITING#{clinic}#")


def note_begun(person: str, clinic: str, patient_id: str, entry: str, note: str) -> Key:
    """That a person is writing a note: what a list shows of it. What is typed is a `draft`."""
    return Key(f"DRAFT#{person}", f"NOTE#{clinic}#{patient_id}#{entry}#{note}")


def parse_note_begun(sk: str) -> tuple[str, str, str]:
    """The ids of the patient, the entry and the note."""
    _, _, patient_id, entry, note = sk.split("#")
    return patient_id, entry, note


def notes_begun_by(person: str, clinic: str) -> Range:
    return Range(f"DRAFT#{person}", begins=f"NOTE#{clinic}#")


def notes_begun_about(person: str, clinic: str, patient_id: str) -> Range:
    return Range(f"DRAFT#{person}", begins=f"NOTE#{clinic}#{patient_id}#")
