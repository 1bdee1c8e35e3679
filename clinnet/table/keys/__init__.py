"""Every key of the table, and every range that is read: the only folder that knows a prefix.

`Key` is where an item lives; `Range` is a question, named after what it answers. docs/data-model.md lists both,
and a test fails when it and this folder disagree. What is taken apart is taken apart by the `parse_` beside what made
it. A file holds a subject; all are called by `keys.NAME`, wherever they stand.
"""

# ruff: noqa: F403 - a function of a file here is a key of the table: a list of their names would only repeat them
from clinnet.table.keys.chart import *
from clinnet.table.keys.clinic import *
from clinnet.table.keys.key import *
from clinnet.table.keys.messages import *
from clinnet.table.keys.money import *
from clinnet.table.keys.people import *
from clinnet.table.keys.schedule import *
from clinnet.table.keys.trail import *
from clinnet.table.keys.work import *
