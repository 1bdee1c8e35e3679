#!/usr/bin/env bash
# dynamodb-json reads the JSON of DynamoDB: an export to S3, the answer of the command line. A map that has an attribute named S, N or
# M is taken for a value with its type: one of its attributes is left in place of the map, and what stands beside it is gone. A set of
# numbers comes as a set of texts. Clinnet's maps have names in small letters, and there are no number sets: its exports are read right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check dynamodb-json==1.4.2 boto3==1.44.2
"$folder/venv/bin/python" - <<'PYTHON'
import json
from importlib.metadata import version

from boto3.dynamodb.types import TypeDeserializer
from dynamodb_json import json_util

ITEM = {
    "sizes": {"M": {"S": {"N": "3"}, "M": {"N": "5"}, "L": {"N": "2"}}},
    "doses": {"NS": ["1", "2.5"]},
}
expected = {name: TypeDeserializer().deserialize(value) for name, value in ITEM.items()}
found = json_util.loads(json.dumps(ITEM))
print("dynamodb-json", version("dynamodb-json"), "and boto3", version("boto3"))
print("expected, as boto3 reads it:", expected)
print("seen:", found)
raise SystemExit(found != {"sizes": "3", "doses": {"1", "2.5"}})
PYTHON
