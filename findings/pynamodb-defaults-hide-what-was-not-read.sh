#!/usr/bin/env bash
# One asks a Query for a few attributes only. PynamoDB gives the others their defaults, as if they had been read, and save()
# then writes the defaults over what the table holds. Clinnet reads whole items, and writes by conditions and updates.
source "$(dirname "$0")/stand_ins.bash"
packages pynamodb==6.1.0
ministack
python - <<'PYTHON'
import os
from importlib.metadata import version

from notes import dynamodb
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class Note(Model):
    class Meta:
        table_name = "notes"
        host = f"http://127.0.0.1:{os.environ['PORT']}"
        region = "us-east-1"

    p = UnicodeAttribute(hash_key=True)
    s = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute(default="draft")
    title = UnicodeAttribute(null=True)


Note("a", "1", state="signed", title="Letter").save()
(read,) = Note.query("a", attributes_to_get=["p", "s", "title"])
said = read.state
read.title = "A letter"
read.save()
now = dynamodb.get_item(TableName="notes", Key={"p": {"S": "a"}, "s": {"S": "1"}})["Item"]["state"]["S"]
print("pynamodb", version("pynamodb"))
print("expected: no state in what was read without it, and 'signed' still in the table")
print(f"seen: the state reads {said!r}, and after save() the table says {now!r}")
raise SystemExit((said, now) != ("draft", "draft"))
PYTHON
