#!/usr/bin/env bash
# Model.count(limit=2) reads as "count, but stop at 2". PynamoDB makes it the size of a page and counts all, with one call for
# each two items: a bound on the cost of a count makes it dear. Clinnet counts what a Query with a Limit brought.
source "$(dirname "$0")/stand_ins.bash"
packages pynamodb==6.1.0 blinker==1.9.0
ministack
python - <<'PYTHON'
import os
from importlib.metadata import version

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model
from pynamodb.signals import post_dynamodb_send


class Note(Model):
    class Meta:
        table_name = "notes"
        host = f"http://127.0.0.1:{os.environ['PORT']}"
        region = "us-east-1"

    p = UnicodeAttribute(hash_key=True)
    s = UnicodeAttribute(range_key=True)


for number in range(10):
    Note("a", str(number)).save()
calls = []


@post_dynamodb_send.connect
def _called(sender: object, operation_name: str, **others: object) -> None:
    calls.append(operation_name)


calls.clear()
counted = Note.count("a", limit=2)
asked = len(calls)
listed = len(list(Note.query("a", limit=2)))
print("pynamodb", version("pynamodb"))
print("expected: 2 counted, as 2 are listed with the same limit")
print(f"seen: {counted} counted in {asked} calls, {listed} listed")
raise SystemExit((counted, listed) != (10, 2))
PYTHON
