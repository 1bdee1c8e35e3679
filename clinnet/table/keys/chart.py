"""The chart: entries and what hangs in them, summaries, lists of the clinic, who opened what is restricted."""

from clinnet.table.keys.key import Key, Range

EVERYBODY = "CLINIC"  # the owner of what is everybody's in a clinic, where it may be one person's own


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


def parse_recorded(sk: str) -> tuple[str, str]:
    """The kind and the id."""
    _, _, kind, id = sk.split("#")
    return kind, id


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


def codes_used(clinic: str) -> Key:
    """How often a problem was recorded by each code."""
    return Key(f"CLINIC#{clinic}#CONFIG", "CODES")


def vaccine_schedule(clinic: str) -> Key:
    """Which schedule of immunisations a doctor has confirmed."""
    return Key(f"CLINIC#{clinic}#CONFIG", "VACCINES")


def vaccine_lot(clinic: str, vaccine: str, lot: str) -> Key:
    """What is known of a lot of a vaccine: capitals and digits alone."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"LOT#{vaccine}#{lot}")


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


def chart_timeline(patient_id: str, at: str, item: str) -> Key:
    return Key(f"PAT#{patient_id}#CHART", f"T#{at}#{item}")


def chart_until(patient_id: str) -> Range:
    """The chart in time order: a row of each entry."""
    return Range(f"PAT#{patient_id}#CHART", begins="T#", gsi="GSI2")


def chart_to_day(patient_id: str, day: str) -> Range:
    """The same, of this UTC day and before."""
    return Range(f"PAT#{patient_id}#CHART", low="T#", high=f"T#{day}~", gsi="GSI2")
