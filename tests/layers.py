"""Who may import whom, as data: tests/test_architecture.py reads the imports and holds it.

A module's layer is that of the deepest known name in its dotted path: `scheduling.waitlist.services.offers` is
`services`, `patients.records.views` is `views`. A module that has none fails, unless it stands in `PLACED`.
"""

APPS = ("clinnet", "patients", "records", "scheduling", "billing")  # each may import those before it

# Lowest first; those of one row may import each other. What is pure imports only what is pure.
PURE = ("rules", "lines", "fhir", "cda", "demo", "legacy")
ORDER: tuple[tuple[str, ...], ...] = (
    PURE,
    ("refusals",),
    ("models",),
    ("services", "queries"),
    ("rows",),
    ("forms",),
    ("views", "templatetags"),
    ("contributions", "console"),
    ("urls",),
    ("commands", "management", "apps"),
)

# clinnet has an order of its own, by the part after `clinnet`.
CLINNET: tuple[tuple[str, ...], ...] = (
    ("clock", "rules", "addresses", "storage", "toasts", "widgets", "money"),
    ("table",),
    ("conflicts", "middleware", "headers"),
    ("accounts",),
    ("contributions", "frames", "pages", "formats"),
    ("forms", "files", "pictures", "spreadsheets", "editing", "picking", "context", "templatetags"),
    ("consistency", "stored", "drafts", "jobs", "documents"),
    ("audit", "health"),
    ("console",),
    ("checks",),
    ("urls", "routes", "settings", "wsgi", "apps", "local", "management"),
)

# Modules without a known name: which layer they are. To be emptied, by moving each to a known name.
PLACED = {
    "records.build": "commands",  # set-up, like static/build.py
    "records.tables.drugs": "rules",
    "records.tables.growth": "rules",
    "records.tables.icd": "rules",
    "patients.access": "views",  # fetches and authorises for a view
    "patients.banner": "rows",
    "patients.changes": "queries",
    "patients.contacts": "rows",
    "patients.drawn": "rows",  # rows of the search as HTML
    "records.drawn": "rows",  # rows of entries as HTML
    "patients.duplicates": "queries",
    "patients.entries": "services",  # one list merged with another, for services and queries
    "patients.exporting": "queries",
    "patients.family": "queries",
    "patients.folding": "services",
    "patients.history": "rows",
    "patients.hooks": "queries",  # the kinds of what an app above adds
    "records.hooks": "queries",  # the same
    "scheduling.hooks": "queries",  # the same
    "patients.index": "models",  # rows of the search index
    "patients.known": "rows",
    "patients.legacy_appointment": "legacy",
    "patients.legacy_patient": "legacy",
    "patients.photos": "services",
    "patients.recents": "queries",
    "patients.search": "queries",
    "patients.timeline": "queries",
    "patients.words": "queries",
    "patients.worklist": "rows",
    "scheduling.words": "rules",  # but for the clinic's way to write dates
}

# Imports that point upwards today, each with its reason. To be emptied.
UPWARDS = {
    ("scheduling.appointments.rows.patient_appointments", "scheduling.appointments.forms.visits"):
        "a row draws its next step's button with the form's token",
    ("scheduling.demo.services.messages", "scheduling.messages.rows"): "has the rule who may be written to",
    ("scheduling.messages.services.messages", "scheduling.messages.rows"): "has the rule who may be written to",
}  # fmt: skip

# Files of an app that know one above it, each with its reason. To be emptied by contributions.
ABOVE = {
    "templates/parts/search.html": "searches patients",
}

# Circles of files, each with its reason. To be emptied.
CIRCLES = {
    frozenset({"scheduling.appointments.views.answers", "scheduling.appointments.views.visits"}):
        "an answer draws the panel, the panel's views answer",
}  # fmt: skip
