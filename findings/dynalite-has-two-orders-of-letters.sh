#!/usr/bin/env bash
# DynamoDB compares texts by their bytes, in keys and in conditions alike, and maps and lists by what is in them. dynalite keeps keys by
# their bytes and compares in conditions as JavaScript does, by halves of letters: of 山﨑 and 𠮷田, two family names, the second comes
# last by key and first by condition. A map is never equal to another with the same content, so a write on condition that a
# map is as it was read is always refused. Clinnet asks for ranges of keys alone, and dynalite only to read along in tests.
source "$(dirname "$0")/stand_ins.bash"
packages
cat > "$folder/ask.py" <<'PYTHON'
import json

from notes import dynamodb

for name in ("﨑", "𠮷"):
    item = {"p": {"S": "names"}, "s": {"S": name}, "name": {"S": name}, "phone": {"M": {"kind": {"S": "home"}}}}
    dynamodb.put_item(TableName="notes", Item=item)
values = {":p": {"S": "names"}, ":v": {"S": "﨑"}}
map_ = {":p": {"S": "names"}, ":m": {"M": {"kind": {"S": "home"}}}}
asked = [
    ("by key", dict(KeyConditionExpression="p = :p AND s > :v", ExpressionAttributeValues=values)),
    ("by condition", dict(
        KeyConditionExpression="p = :p", FilterExpression="#n > :v", ExpressionAttributeValues=values,
        ExpressionAttributeNames={"#n": "name"},
    )),
    ("with the same map", dict(
        KeyConditionExpression="p = :p", FilterExpression="phone = :m", ExpressionAttributeValues=map_
    )),
]
found = {what: dynamodb.query(TableName="notes", **query)["Items"] for what, query in asked}
print(json.dumps({what: "".join(each["s"]["S"] for each in items) for what, items in found.items()}, ensure_ascii=False))
PYTHON
dynalite
seen=$(python "$folder/ask.py")
echo "dynalite $(node -p "require('$folder/node_modules/dynalite/package.json').version"); names after 﨑, and items with the same map"
echo 'expected: {"by key": "𠮷", "by condition": "𠮷", "with the same map": "﨑𠮷"}, as ministack answers and AWS documents'
echo "seen:     $seen"
test "$seen" = '{"by key": "𠮷", "by condition": "", "with the same map": ""}'
