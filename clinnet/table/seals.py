"""The door of the trail's seals: put once, by a command, and never again."""

from django.conf import settings

from clinnet.table.connection import Cancelled, call
from clinnet.table.errors import Denied
from clinnet.table.scope import Scope
from clinnet.table.values import Row, row_to_raw


def put_seal(scope: Scope, row: Row) -> bool:
    """Whether it is there by this call. Raises Denied for anybody but a command; Busy, Unsure."""
    if not scope.is_system:
        raise Denied
    raw = row_to_raw({"clinicId": scope.clinic, **row})
    try:
        call("PutItem", TableName=settings.CLINNET_TABLE, Item=raw, ConditionExpression="attribute_not_exists(PK)")
    except Cancelled:
        return False
    return True
