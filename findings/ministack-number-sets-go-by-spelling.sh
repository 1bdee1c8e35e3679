#!/usr/bin/env bash
# To DynamoDB 1 and 1.0 are one number, in a set too (dynalite does as it does). ministack compares a plain number by value,
# and one in a number set by how it was written: contains() does not find it, DELETE leaves it, ADD refuses it as a
# duplicate. Clinnet keeps no number sets.
source "$(dirname "$0")/stand_ins.bash"
packages

asked() {
  python - <<'PYTHON'
from botocore.exceptions import ClientError
from notes import dynamodb

key = {"p": {"S": "a"}, "s": {"S": "set"}}


def change(**arguments):
    dynamodb.put_item(TableName="notes", Item={**key, "n": {"N": "1"}, "numbers": {"NS": ["1", "2"]}})
    try:
        answer = dynamodb.update_item(TableName="notes", Key=key, ReturnValues="ALL_NEW", **arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return sorted(answer["Attributes"]["numbers"]["NS"])


one, mark = {":v": {"N": "1.0"}}, "SET seen = :v"
print(
    "plain:", change(UpdateExpression=mark, ConditionExpression="n = :v", ExpressionAttributeValues=one),
    "| contains:", change(UpdateExpression=mark, ConditionExpression="contains(numbers, :v)", ExpressionAttributeValues=one),
    "| DELETE:", change(UpdateExpression="DELETE numbers :v", ExpressionAttributeValues={":v": {"NS": ["1.0"]}}),
    "| ADD:", change(UpdateExpression="ADD numbers :v", ExpressionAttributeValues={":v": {"NS": ["1.0"]}}),
)
PYTHON
}

ministack
seen=$(asked)
stop
dynalite
other=$(asked)
echo "ministack 1.5.33, dynalite 4.0.0; 1.0 asked of a set of 1 and 2"
echo "expected:      plain: ['1', '2'] | contains: ['1', '2'] | DELETE: ['2'] | ADD: ['1', '2']"
echo "dynalite says: $other"
echo "ministack:     $seen"
[ "$other" = "plain: ['1', '2'] | contains: ['1', '2'] | DELETE: ['2'] | ADD: ['1', '2']" ]
[ "$seen" = "plain: ['1', '2'] | contains: ConditionalCheckFailedException | DELETE: ['1', '2'] | ADD: ValidationException" ]
