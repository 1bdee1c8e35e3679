#!/usr/bin/env bash
# A number of DynamoDB has up to 38 digits, and ADD and SET n = n + :more keep them. ministack stores 38, and adds with 28:
# one cent taken from a large sum is gone, and the sum with it. Clinnet's sums are whole cents of far fewer digits.
source "$(dirname "$0")/stand_ins.bash"
packages
ministack
python - <<'PYTHON'
from importlib.metadata import version

from notes import dynamodb

key = {"p": {"S": "a"}, "s": {"S": "sum"}}
stored = "99999999999999999999999999999.99"
dynamodb.put_item(TableName="notes", Item={**key, "n": {"N": stored}})
kept = dynamodb.get_item(TableName="notes", Key=key)["Item"]["n"]["N"]
changed = dynamodb.update_item(
    TableName="notes", Key=key, UpdateExpression="SET n = n - :cent", ExpressionAttributeValues={":cent": {"N": "0.01"}},
    ReturnValues="UPDATED_NEW",
)["Attributes"]["n"]["N"]
print("ministack", version("ministack"))
print("expected: kept as", stored, "and 99999999999999999999999999999.98 after a cent was taken away")
print("seen: kept as", kept, "and then", changed)
raise SystemExit((kept, changed) != (stored, "100000000000000000000000000000"))
PYTHON
