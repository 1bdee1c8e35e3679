#!/usr/bin/env bash
# DynamoDB charges a Query for the sum of what it went over, half a unit for 4 kB. ministack says half a unit of every
# Query, whatever it returned, and says nothing at all of a BatchGetItem. Budgets of reading that are taken from its
# answers hold for ever: Clinnet counts from the size of what came (clinnet/table/reads.py).
source "$(dirname "$0")/stand_ins.bash"
packages
ministack
python - <<'PYTHON'
from importlib.metadata import version

from notes import dynamodb

for number in range(40):
    item = {"p": {"S": "a"}, "s": {"S": f"{number:02}"}, "text": {"S": "x" * 3000}}
    dynamodb.put_item(TableName="notes", Item=item)
query = dynamodb.query(
    TableName="notes", KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": "a"}},
    ReturnConsumedCapacity="TOTAL",
)
keys = [{"p": {"S": "a"}, "s": {"S": f"{number:02}"}} for number in range(40)]
batch = dynamodb.batch_get_item(RequestItems={"notes": {"Keys": keys}}, ReturnConsumedCapacity="TOTAL")
said = query["ConsumedCapacity"]["CapacityUnits"], batch.get("ConsumedCapacity")
print("ministack", version("ministack"))
print("expected: 15.0 units for the Query of", query["Count"], "items of 3 kB, 20.0 or more for them by BatchGetItem")
print("seen:", said)
raise SystemExit(said != (0.5, None))
PYTHON
