"""The protocols that are written down are those of botocore."""

import botocore.session
import pytest
from ministack.core import responses

from clinnet.local import protocols

TYPES = ("application/json", "application/x-amz-json-1.0", "application/xml", "text/xml", "text/plain", "image/jpeg")


@pytest.mark.parametrize("service", protocols.PROTOCOLS)
def test_each_is_what_botocore_says(service: str) -> None:
    said = botocore.session.get_session().get_service_model(service).metadata
    written = protocols.PROTOCOLS[service]
    assert {name: said.get(name) for name in written} == written


@pytest.mark.parametrize("service", protocols.PROTOCOLS)
def test_ministack_answers_in_the_same_types_as_before(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def types() -> list[str | None]:
        return [
            each(service, emitted)
            for each in (responses.expected_success_content_type, responses.expected_error_content_type)
            for emitted in TYPES
        ]

    before = types()
    monkeypatch.setattr(responses, "_service_model", responses._service_model)  # put back afterwards
    protocols.attach()
    assert types() == before


def test_another_service_is_looked_up_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "_service_model", lambda service: f"the model of {service}")
    protocols.attach()
    assert responses._service_model("sqs") == "the model of sqs"
    assert responses._service_model("dynamodb").metadata["protocol"] == "json"
