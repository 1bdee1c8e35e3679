"""What ministack asks of botocore's description of a service: in which protocol it answers.

ministack 1.5.33 loads botocore for that, and keeps the whole description of each service that it answered for. Of those
that the engine offers the protocol is written down here.
"""

from types import SimpleNamespace
from typing import Any

from ministack.core import responses

PROTOCOLS = {
    "cognito-idp": {"protocol": "json", "jsonVersion": "1.1"},
    "dynamodb": {"protocol": "json", "jsonVersion": "1.0"},
    "iam": {"protocol": "query"},
    "s3": {"protocol": "rest-xml"},
    "ses": {"protocol": "query"},
    "sesv2": {"protocol": "rest-json"},
    "sts": {"protocol": "query"},
}


def attach() -> None:
    """Put these in the place of ministack's own."""
    theirs = responses._service_model
    known = {name: SimpleNamespace(metadata=metadata) for name, metadata in PROTOCOLS.items()}

    def described(service: str) -> Any:
        return known.get(service) or theirs(service)

    responses._service_model = described
