#!/usr/bin/env bash
# DynamoDB answers a BatchGetItem with up to 16 MB, and names in UnprocessedKeys what did not fit. Of 100 items of 200 kB it
# would give some 80. ministack gives all 100, dynalite a megabyte's worth: with neither does one see what the cloud
# does, and code that forgets UnprocessedKeys is right with one of them. Clinnet's tests make such answers themselves.
source "$(dirname "$0")/stand_ins.bash"
packages

given() {
  python - <<'PYTHON'
from notes import dynamodb

keys = [{"p": {"S": "a"}, "s": {"S": f"{number:03}"}} for number in range(100)]
for key in keys:
    dynamodb.put_item(TableName="notes", Item={**key, "text": {"S": "x" * 200_000}})
answer = dynamodb.batch_get_item(RequestItems={"notes": {"Keys": keys}})
print(len(answer["Responses"]["notes"]), "and", len(answer["UnprocessedKeys"].get("notes", {}).get("Keys", [])), "left")
PYTHON
}

ministack
first=$(given)
stop
dynalite
second=$(given)
echo "100 items of 200 kB by one BatchGetItem; expected: about 80 and 20 left"
echo "seen: ministack 1.5.33 $first; dynalite 4.0.0 $second"
[ "$first" = "100 and 0 left" ] && [ "$second" = "7 and 93 left" ]
