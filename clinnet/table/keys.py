"""Every key of the table, and every range that is read: the only file that knows a prefix.

`Key` is where an item lives; `Range` is a question, named after what it answers. docs/data-model.md lists both,
and a test fails when it and this file disagree. What is taken apart is taken apart by the `parse_` beside what made it.
"""

from typing import NamedTuple

from clinnet.table.secrets import blind

EVERYBODY = "CLINIC"  # the owner of what is everybody's in a clinic, where it may be one person's own


class Key(NamedTuple):
    """PK and SK of one item, or the pair of one index."""

    pk: str
    sk: str

    def raw(self) -> dict[str, dict[str, str]]:
        """As DynamoDB writes it."""
        return {"PK": {"S": self.pk}, "SK": {"S": self.sk}}

    def is_under(self, clinic: str) -> bool:
        """Whether the key itself says this clinic; a patient's keys say none."""
        return self.pk.startswith(f"CLINIC#{clinic}#")

    @property
    def is_shared(self) -> bool:
        """Whether the item is of no clinic: busy times of practitioners and rooms hold tags, never who or why."""
        return self.pk.startswith("BUSY#")

    @property
    def is_record(self) -> bool:
        """Whether this is of a chart: a sealed one is changed by no write (`Transaction`, `Batch`)."""
        return self.sk.startswith("RECORD#")

    @property
    def is_busy(self) -> bool:
        """Whether this is a row of busy times, of whatever resource."""
        return self.is_shared or self.sk.startswith("BUSY#")

    @property
    def is_of_a_day(self) -> bool:
        """Whether this is a card, block or note of a clinic's day."""
        return self.pk.startswith("CLINIC#") and "#DAY#" in self.pk

    @property
    def is_book(self) -> bool:
        """Whether this is an invoice or an entry of the ledger: once frozen, no write changes it (writes.py)."""
        return self.sk.startswith(("BILL#", "PAY#")) and not self.sk.endswith("#STATE")

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


# --- The schedule ------------------------------------------------------------------------------------------------


def room(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"ROOM#{id}")


def rooms_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="ROOM#")


def visit_type(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"VISITTYPE#{id}")


def visit_types_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="VISITTYPE#")


def hours(clinic: str, person: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"HOURS#{person}")


def hours_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="HOURS#")


def other_days(clinic: str, last: str, id: str) -> Key:
    """Leave, holidays, extra sessions: sorted by their last day, so that those that are over are not read."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"OTHERDAYS#{last}#{id}")


def other_days_from(clinic: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", low=f"OTHERDAYS#{day}", high="OTHERDAYS#~")


def all_other_days(clinic: str) -> Range:
    """Past ones too, by their last day."""
    return Range(f"CLINIC#{clinic}#CONFIG", begins="OTHERDAYS#")


def card(clinic: str, day: str, id: str) -> Key:
    """`day` is the clinic's local date; `id` is the appointment's."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"CARD#{id}")


def block(clinic: str, day: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"BLOCK#{id}")


def day_note(clinic: str, day: str, column: str) -> Key:
    """`column` is a practitioner's id, or ALL."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"NOTE#{column}")


def day_late(clinic: str, day: str, column: str) -> Key:
    """How late a practitioner said to be: a note of the day too."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"NOTE#{column}#LATE")


def parse_on_the_day(key: Key) -> tuple[str, str]:
    """The day, and the kind of its row: CARD, BLOCK or NOTE."""
    return key.pk.rpartition("#")[2], key.sk.partition("#")[0]


def on_the_day(clinic: str, day: str) -> Range:
    """Cards, blocks and notes of one day: the board in one question."""
    return Range(f"CLINIC#{clinic}#DAY#{day}")


def day_changed(clinic: str, day: str, at: str, id: str) -> Key:
    """GSI1 of a card, block or note: when it was changed last."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"{at}#{id}")


def parse_day_changed(key: Key) -> tuple[str, str, str]:
    """The day, the stamp of the change, and the id of what changed."""
    at, _, id = key.sk.partition("#")
    return key.pk.rpartition("#")[2], at, id


def changed_on_the_day(clinic: str, day: str, since: str) -> Range:
    return Range(f"CLINIC#{clinic}#DAY#{day}", low=since, gsi="GSI1")


def busy_practitioner(person: str, day: str) -> Key:
    """`day` is a UTC date. Not under a clinic: a doctor of two cannot be in both."""
    return Key(f"BUSY#DOC#{person}#{day[:7]}", f"{day[8:]}")


def busy_practitioner_in(person: str, month: str, first: str = "01", last: str = "31") -> Range:
    """`first` and `last` are days of the month as 01."""
    return Range(f"BUSY#DOC#{person}#{month}", low=first, high=last)


def busy_room(room: str, day: str) -> Key:
    return Key(f"BUSY#ROOM#{room}#{day[:7]}", f"{day[8:]}")


def busy_room_in(room: str, month: str, first: str = "01", last: str = "31") -> Range:
    return Range(f"BUSY#ROOM#{room}#{month}", low=first, high=last)


def busy_patient(patient_id: str, day: str) -> Key:
    return Key(f"PAT#{patient_id}", f"BUSY#{day}")


def parse_busy(key: Key) -> tuple[str, str, str]:
    """Whose time it is ("practitioner", "room" or "patient"), their id, and the UTC date."""
    if not key.is_shared:
        return "patient", parse_patient(key.pk), key.sk.removeprefix("BUSY#")
    _, kind, owner = key.pk.split("#", 2)
    id, _, month = owner.rpartition("#")
    return "room" if kind == "ROOM" else "practitioner", id, f"{month}-{key.sk}"


def busy_patient_between(patient_id: str, first: str, last: str) -> Range:
    """Both UTC dates included."""
    return Range(f"PAT#{patient_id}", low=f"BUSY#{first}", high=f"BUSY#{last}")


def timeline_from(patient_id: str, at: str) -> Range:
    """What happens to a patient from a moment on; backward up to it with `timeline_until`."""
    return Range(f"PAT#{patient_id}", low=f"T#{at}", high="T#~", gsi="GSI2")


def timeline_until(patient_id: str, at: str) -> Range:
    return Range(f"PAT#{patient_id}", low="T#", high=f"T#{at}", gsi="GSI2")


def request(clinic: str, id: str) -> Key:
    """A request for a time."""
    return Key(f"CLINIC#{clinic}#REQUEST#{id}", "REQUEST")


def request_open(clinic: str, urgency: int, at: str, id: str) -> Key:
    """GSI1 of a request while it is open. `urgency` is 1 (first) to 3."""
    return Key(f"CLINIC#{clinic}#REQUESTS", f"{urgency}#{at}#{id}")


def parse_request_open(sk: str) -> str:
    """The stamp at which an open request was made; empty for the key of something else."""
    parts = sk.split("#")
    return parts[1] if len(parts) > 2 else ""


def requests_open(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#REQUESTS", gsi="GSI1")


def request_of(patient_id: str, at: str, id: str) -> Key:
    """GSI2 of a request."""
    return Key(f"PAT#{patient_id}", f"Q#{at}#{id}")


def requests_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="Q#", gsi="GSI2")


def outbox(clinic: str, due: str, id: str) -> Key:
    """GSI1 of an appointment while a message about it is due. `due` is a stamp: its UTC day names the bucket."""
    return Key(f"CLINIC#{clinic}#OUTBOX#{due[:10]}", f"{due}#{id}")


def parse_outbox(key: Key) -> str:
    """The stamp at which a message is due; empty for a key that is none of the outbox's."""
    return key.sk.partition("#")[0] if "#OUTBOX#" in key.pk else ""


def due_until(clinic: str, day: str, until: str) -> Range:
    """`day` is a UTC date, `until` a stamp."""
    return Range(f"CLINIC#{clinic}#OUTBOX#{day}", high=f"{until}~", gsi="GSI1")


def message(patient_id: str, appointment_id: str, id: str) -> Key:
    """A message that was sent, or could not be."""
    return Key(f"PAT#{patient_id}", f"MSG#{appointment_id}#{id}")


def messages_about(patient_id: str, appointment_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"MSG#{appointment_id}#")


def unsent(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a message that failed or bounced. `at` is a stamp: the month names the bucket."""
    return Key(f"CLINIC#{clinic}#UNSENT#{at[:7]}", f"{at}#{id}")


def unsent_since(clinic: str, month: str, since: str) -> Range:
    """`month` as 2026-11; `since` is a stamp."""
    return Range(f"CLINIC#{clinic}#UNSENT#{month}", low=since, gsi="GSI1")


def short_link(digest: str) -> Key:
    """What the link of a text message leads to. `digest` is of what stands in the address, which is not kept."""
    return Key(f"LINK#{digest}", "LINK")


def mail_state(clinic: str) -> Key:
    """Since when e-mail cannot be sent, and why."""
    return Key(f"CLINIC#{clinic}#CONFIG", "MAIL")


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


# --- What the older Clinnet wrote; later apps give these their screens ---------------------------------------------


def appointment(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"APPT#{id}")


def urgent(clinic: str, day: str, id: str) -> Key:
    """GSI1 of an appointment while somebody cannot wait and no clinician has them. `day` is the clinic's local date."""
    return Key(f"CLINIC#{clinic}#URGENT", f"{day}#{id}")


def urgent_on(clinic: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#URGENT", begins=f"{day}#", gsi="GSI1")


def record(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"RECORD#{id}")


def entry_whole(patient_id: str, id: str) -> Range:
    """An entry of the chart and all that hangs in it."""
    return Range(f"PAT#{patient_id}", low=f"RECORD#{id}", high=f"RECORD#{id}#~")


def parse_record(sk: str) -> str:
    """The id of an entry, of its own key or of that of anything which hangs in it."""
    return sk.split("#")[1]


def chart_items(patient_id: str) -> Range:
    """All of a chart: entries, each with what hangs in it."""
    return Range(f"PAT#{patient_id}", begins="RECORD#")


def note(patient_id: str, entry: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"RECORD#{entry}#NOTE#{id}")


def note_version(patient_id: str, entry: str, note: str, number: int) -> Key:
    """What a note said before it was left or signed once more; `number` is the version that it had."""
    return Key(f"PAT#{patient_id}", f"RECORD#{entry}#NOTE#{note}#VER#{number:05}")


def addendum(patient_id: str, entry: str, note: str, number: int) -> Key:
    """`number` counts from 1."""
    return Key(f"PAT#{patient_id}", f"RECORD#{entry}#NOTE#{note}#ADD#{number:03}")


def cosignature(patient_id: str, entry: str, note: str) -> Key:
    """What becomes of a signed note that needs a second signature: the note itself stays as it is."""
    return Key(f"PAT#{patient_id}", f"RECORD#{entry}#NOTE#{note}#COSIGN")


def to_cosign(clinic: str, at: str, id: str) -> Key:
    """GSI1 of the same, until it is given."""
    return Key(f"CLINIC#{clinic}#COSIGN", f"{at}#{id}")


def all_to_cosign(clinic: str) -> Range:
    """Oldest first: what waits for a co-signature, and what was sent back to its author."""
    return Range(f"CLINIC#{clinic}#COSIGN", gsi="GSI1")


def recorded(patient_id: str, entry: str, kind: str, id: str) -> Key:
    """What hangs in an entry beside notes; `kind` is ALG, PROB, MED, IMM, OBS, ORD, RES, PROC, PLAN or FILE."""
    return Key(f"PAT#{patient_id}", f"RECORD#{entry}#{kind}#{id}")


def chart_kind(patient_id: str, kind: str, at: str, id: str) -> Key:
    """GSI2 of what is of one kind, in time order."""
    return Key(f"PAT#{patient_id}#CHART", f"K#{kind}#{at}#{id}")


def parse_chart_kind(sk: str) -> str:
    """The stamp at which it was recorded."""
    return sk.split("#")[2]


def chart_of_kind(patient_id: str, kind: str) -> Range:
    return Range(f"PAT#{patient_id}#CHART", begins=f"K#{kind}#", gsi="GSI2")


def chart_summary(patient_id: str, part: str) -> Key:
    """What stands of a chart on its left side; `part` is ALG, PROB, MED, MEAS or DUE."""
    return Key(f"PAT#{patient_id}", f"PROFILE#CHART#{part}")


def parse_chart_summary(sk: str) -> str:
    """The part."""
    return sk.rpartition("#")[2]


def chart_summaries(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="PROFILE#CHART#")


def clinical_limits(clinic: str) -> Key:
    """Whether a doctor has confirmed the limits of what is unlikely."""
    return Key(f"CLINIC#{clinic}#CONFIG", "LIMITS")


def vaccine_schedule(clinic: str) -> Key:
    """Which schedule of immunisations a doctor has confirmed."""
    return Key(f"CLINIC#{clinic}#CONFIG", "VACCINES")


def note_template(clinic: str, id: str) -> Key:
    """What a kind of note asks for."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"TEMPLATE#{id}")


def note_templates_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="TEMPLATE#")


def template_edition(clinic: str, id: str, number: int) -> Key:
    """What a template asked for at some time: a note that was begun with it goes on with it."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"EDITION#{id}#{number:06d}")


def letter_template(clinic: str, id: str) -> Key:
    """A clinic's template of letters."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"LETTER#{id}")


def letter_templates_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="LETTER#")


def phrase(clinic: str, owner: str, short: str) -> Key:
    """An abbreviation. `owner` is a person, or `EVERYBODY`."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"PHRASE#{owner}#{short}")


def phrases_of(clinic: str, owner: str = EVERYBODY) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins=f"PHRASE#{owner}#")


def glass(patient_id: str, person: str, id: str) -> Key:
    """That a person opened a restricted chart, and why."""
    return Key(f"PAT#{patient_id}", f"GLASS#{person}#{id}")


def glass_of(patient_id: str, person: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"GLASS#{person}#")


def glass_open(clinic: str, at: str, id: str) -> Key:
    """GSI1 of such an opening until somebody has reviewed it."""
    return Key(f"CLINIC#{clinic}#GLASS", f"{at}#{id}")


def glasses_open(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#GLASS", gsi="GSI1")


def unsigned(clinic: str, person: str, at: str, id: str) -> Key:
    """GSI1 of a note that stands in the chart and is not signed; `person` is its author."""
    return Key(f"CLINIC#{clinic}#UNSIGNED#{person}", f"{at}#{id}")


def unsigned_of(clinic: str, person: str) -> Range:
    return Range(f"CLINIC#{clinic}#UNSIGNED#{person}", gsi="GSI1")


def order_open(clinic: str, at: str, id: str) -> Key:
    """GSI1 of an order that has no result yet."""
    return Key(f"CLINIC#{clinic}#ORDERS", f"{at}#{id}")


def orders_open(clinic: str, until: str) -> Range:
    """Those of before `until`, a stamp."""
    return Range(f"CLINIC#{clinic}#ORDERS", high=until, gsi="GSI1")


def to_look_at(clinic: str, severity: str, at: str, id: str) -> Key:
    """GSI1 of a result that nobody has looked at. `severity` is 0 (critical), 1 (abnormal) or 2."""
    return Key(f"CLINIC#{clinic}#REVIEW", f"{severity}#{at}#{id}")


def all_to_look_at(clinic: str) -> Range:
    """Of the whole clinic, whoever each came for: what came for who is away is found by the others."""
    return Range(f"CLINIC#{clinic}#REVIEW", gsi="GSI1")


def document_open(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a received document that nobody has looked at."""
    return Key(f"CLINIC#{clinic}#DOCUMENTS", f"{at}#{id}")


def documents_open(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#DOCUMENTS", gsi="GSI1")


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


def service_provided(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"SERVICE#{id}")


def bill(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"BILL#{id}")


def timeline(patient_id: str, at: str, item: str) -> Key:
    """GSI2 of what happened to a patient; `item` is the item's own sort key."""
    return Key(f"PAT#{patient_id}", f"T#{at}#{item}")


def parse_timeline(sk: str) -> str:
    """The stamp of what stands on a patient's timeline."""
    return sk.split("#")[1]


def chart_timeline(patient_id: str, at: str, item: str) -> Key:
    return Key(f"PAT#{patient_id}#CHART", f"T#{at}#{item}")


def chart_until(patient_id: str) -> Range:
    """The chart in time order: a row of each entry."""
    return Range(f"PAT#{patient_id}#CHART", begins="T#", gsi="GSI2")


def chart_to_day(patient_id: str, day: str) -> Range:
    """The same, of this UTC day and before."""
    return Range(f"PAT#{patient_id}#CHART", low="T#", high=f"T#{day}~", gsi="GSI2")


# --- Money ---------------------------------------------------------------------------------------------------------


def settlement(patient_id: str, bill_id: str) -> Key:
    """What is still open of an invoice: the only part of it that moves."""
    return Key(f"PAT#{patient_id}", f"BILL#{bill_id}#STATE")


def bill_and_settlement(patient_id: str, bill_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"BILL#{bill_id}")


def bills_of(patient_id: str) -> Range:
    """Invoices and credit notes, each invoice before what is open of it."""
    return Range(f"PAT#{patient_id}", begins="BILL#")


def entry(patient_id: str, id: str) -> Key:
    """An entry of the ledger, on a person's account."""
    return Key(f"PAT#{patient_id}", f"PAY#{id}")


def entries_since(patient_id: str, id: str) -> Range:
    """Entries as old as the item of this ULID, or younger: all that are about an invoice, by the invoice's id."""
    return Range(f"PAT#{patient_id}", low=f"PAY#{id[:10]}", high="PAY#~")


def refund_request(patient_id: str, id: str) -> Key:
    """Money that is to be given back, and who asked for it."""
    return Key(f"PAT#{patient_id}", f"ASK#{id}")


def refund_asked(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a refund, until somebody answered."""
    return Key(f"CLINIC#{clinic}#ASKED", f"{at}#{id}")


def refunds_asked(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#ASKED", gsi="GSI1")


def imported_bill(patient_id: str, id: str) -> Key:
    """A bill of another system."""
    return Key(f"PAT#{patient_id}", f"OLDBILL#{id}")


def mailing(patient_id: str, id: str) -> Key:
    """An invoice that goes by e-mail; the id begins with the invoice's."""
    return Key(f"PAT#{patient_id}", f"MAILED#{id}")


def mailings_of(patient_id: str, bill: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"MAILED#{bill}")


def mailing_due(clinic: str, at: str, id: str) -> Key:
    """GSI1 of the same, until it left or cannot; `at` is when it is tried next."""
    return Key(f"CLINIC#{clinic}#MAILINGS", f"{at}#{id}")


def mailings_due(clinic: str, until: str) -> Range:
    return Range(f"CLINIC#{clinic}#MAILINGS", high=f"{until}~", gsi="GSI1")


def bundle(patient_id: str, id: str) -> Key:
    """Sessions that a person bought together, by the line of the invoice that sold them."""
    return Key(f"PAT#{patient_id}", f"BUNDLE#{id}")


def bundles_of(patient_id: str) -> Range:
    """Oldest first."""
    return Range(f"PAT#{patient_id}", begins="BUNDLE#")


def returned(patient_id: str, payment: str) -> Key:
    """How much of a payment was given back."""
    return Key(f"PAT#{patient_id}", f"RETURNED#{payment}")


def parse_returned(sk: str) -> str:
    """The payment's id."""
    return sk.partition("#")[2]


def entries_of(patient_id: str) -> Range:
    """All entries of a person's account."""
    return Range(f"PAT#{patient_id}", begins="PAY#")


def account(patient_id: str, payer: str = "") -> Key:
    """What a person owes, and has as credit; of a payer's id, what that payer owes of this person's invoices."""
    return Key(f"PAT#{patient_id}", f"ACCOUNT#{payer or 'self'}")


def parse_account(key: Key) -> tuple[str, str]:
    """The person and the payer, who is empty where it is the person's own."""
    payer = key.sk.partition("#")[2]
    return parse_patient(key.pk), "" if payer == "self" else payer


def claim_open(clinic: str, day: str, id: str) -> Key:
    """GSI1 of a payer's share while something of it is open. `day` is that of the invoice."""
    return Key(f"CLINIC#{clinic}#CLAIMS", f"{day}#{id}")


def claims_of(clinic: str) -> Range:
    """Oldest first."""
    return Range(f"CLINIC#{clinic}#CLAIMS", gsi="GSI1")


def money_line(patient_id: str, at: str, item: str) -> Key:
    """GSI2 of settlements and entries; `item` is the item's own sort key."""
    return Key(f"PAT#{patient_id}#MONEY", f"T#{at}#{item}")


def money_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}#MONEY", gsi="GSI2")


def unpaid(clinic: str, day: str, id: str) -> Key:
    """GSI1 of a settlement while something is open. `day` is that of the invoice."""
    return Key(f"CLINIC#{clinic}#UNPAID", f"{day}#{id}")


def unpaid_of(clinic: str) -> Range:
    """Oldest first."""
    return Range(f"CLINIC#{clinic}#UNPAID", gsi="GSI1")


def visit_billed(patient_id: str, appointment_id: str) -> Key:
    """That a visit has its invoice, or why it needs none."""
    return Key(f"PAT#{patient_id}", f"BILLED#{appointment_id}")


def document_number(clinic: str, series: str, n: int) -> Key:
    """`series` as INVOICE#2026."""
    return Key(f"CLINIC#{clinic}#NUMBER#{series}", f"{n:06}")


def parse_document_number(key: Key) -> tuple[str, int]:
    """The series, as INVOICE#2026, and the number."""
    return key.pk.rpartition("#NUMBER#")[2], int(key.sk)


def numbers_of(clinic: str, series: str) -> Range:
    return Range(f"CLINIC#{clinic}#NUMBER#{series}")


def catalog_item(clinic: str, code: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"CATALOG#{code}")


def catalog_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="CATALOG#")


def payer(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PAYER#{id}")


def payers_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PAYER#")


def price_list(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PRICELIST#{id}")


def price_lists_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PRICELIST#")


def tax_class(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"TAXCLASS#{id}")


def tax_classes_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="TAXCLASS#")


def price_change(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PRICECHANGE#{id}")


def price_changes_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PRICECHANGE#")


def drawer(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"DRAWER#{id}")


def drawers_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="DRAWER#")


def drawer_day(clinic: str, drawer_id: str, day: str) -> Key:
    """One day of a drawer, from its opening to its close."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", "SESSION")


def drawer_entry(clinic: str, drawer_id: str, day: str, at: str, id: str) -> Key:
    """GSI1 of an entry: whose drawer's day it belongs to."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", f"{at}#{id}")


def parse_drawer_entry(sk: str) -> str:
    """The stamp of an entry, in its drawer's day."""
    return sk.partition("#")[0]


def drawer_entries(clinic: str, drawer_id: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", gsi="GSI1")


def money_sum(clinic: str, day: str, drawer_id: str) -> Key:
    """What the entries of a month came to, in a drawer."""
    return Key(f"CLINIC#{clinic}#SUM#{day[:7]}", f"MONEY#{drawer_id}")


def work_sum(clinic: str, day: str, drawer_id: str) -> Key:
    """What the documents of a month were for, in a drawer."""
    return Key(f"CLINIC#{clinic}#SUM#{day[:7]}", f"WORK#{drawer_id}")


def parse_sum(pk: str) -> str:
    """The clinic."""
    return pk.split("#")[1]


def sums_of(clinic: str, month: str) -> Range:
    """`month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#SUM#{month}")


# --- The clinic --------------------------------------------------------------------------------------------------


def clinic_settings(clinic: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", "SETTINGS#CLINIC")


def clinic_listed(clinic: str) -> Key:
    """GSI1 of a clinic's settings: what works for all clinics finds them there."""
    return Key("CLINICS", clinic)


def clinics() -> Range:
    return Range("CLINICS", gsi="GSI1")


def health(clinic: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", "HEALTH")


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


# --- The trail, and what makes twice once ------------------------------------------------------------------------


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
