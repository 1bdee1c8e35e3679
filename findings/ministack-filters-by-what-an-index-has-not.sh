#!/usr/bin/env bash
# An index that keeps the keys alone knows nothing else: a filter by another attribute finds nothing there, in DynamoDB and
# in dynalite. ministack filters the items of the table first and takes away afterwards what the index has not: a page
# that filters so is full on one's own machine and empty in the cloud. Clinnet's indexes hold what their filters ask.
source "$(dirname "$0")/stand_ins.bash"
packages

found() {
  python - <<'PYTHON'
from notes import dynamodb

item = {"p": {"S": "a"}, "s": {"S": "1"}, "kind": {"S": "letter"}, "state": {"S": "open"}}
dynamodb.put_item(TableName="notes", Item=item)
answer = dynamodb.query(
    TableName="notes", IndexName="by_kind", KeyConditionExpression="kind = :k", FilterExpression="#s = :s",
    ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":k": {"S": "letter"}, ":s": {"S": "open"}},
)
print(answer["Count"], "of", answer["ScannedCount"], sorted(name for item in answer["Items"] for name in item))
PYTHON
}

ministack
seen=$(found)
stop
dynalite
other=$(found)
echo "ministack 1.5.33, dynalite 4.0.0; an index of the keys alone, asked with a filter by another attribute"
echo "expected: 0 of 1 []; dynalite: $other; ministack: $seen"
[ "$other" = "0 of 1 []" ] && [ "$seen" = "1 of 1 ['kind', 'p', 's']" ]
