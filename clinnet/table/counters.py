"""Counters outside transactions: everybody may draw from them, and gaps are allowed."""

from django.conf import settings

from clinnet.table import meter
from clinnet.table.connection import patiently
from clinnet.table.keys import counter
from clinnet.table.scope import Scope


def draw(scope: Scope, name: str, count: int = 1) -> int:
    """The first of `count` fresh numbers, from 1 upwards. A lost answer costs a gap, never a number given twice."""
    at = counter(scope.clinic_id, name)
    answer = patiently(
        "UpdateItem",
        TableName=settings.CLINNET_TABLE,
        Key=at.raw(),
        UpdateExpression="ADD #n :count SET clinicId = :clinic",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":count": {"N": str(count)}, ":clinic": {"S": scope.clinic_id}},
        ReturnValues="UPDATED_NEW",
    )
    meter.current().write("UpdateItem", float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 1)))
    return int(answer["Attributes"]["n"]["N"]) - count + 1
