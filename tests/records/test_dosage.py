"""What a file says of how a medicine is taken is read as words, none of it left out."""

from typing import Any

import pytest

from records.fhir.dosage import LONGEST, directions

TABLET = [{"doseQuantity": {"value": 1, "unit": "tablet"}}]


def every(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


@pytest.mark.parametrize(
    ("dosage", "said"),
    [
        ({"text": "1 at night."}, "1 at night."),
        ({"doseAndRate": TABLET, **every(frequency=3, period=1, periodUnit="d")}, "1 tablet, 3 times a day"),
        (every(frequency=1, period=4, periodMax=6, periodUnit="h"), "every 4-6 hours"),
        (every(frequency=2, frequencyMax=3, period=1, periodUnit="h"), "2-3 times an hour"),
        (every(frequency=2, period=2, periodUnit="wk"), "2 times in 2 weeks"),
        (every(period=1, periodUnit="d", when=["HS"], timeOfDay=["21:30:00"]), "every day, at 21:30, before sleep"),
        (every(count=1), "once"),
        (every(count=5, period=1, periodUnit="d"), "every day, 5 times in all"),
        (every(dayOfWeek=["mon", "thu"]), "Monday, Thursday"),
        (
            every(period=1, periodUnit="d", boundsDuration={"value": 7, "unit": "d", "code": "d"}),
            "every day, for 7 days",
        ),
        (every(boundsPeriod={"start": "2026-11-01", "end": "2026-11-08"}), "from 2026-11-01 until 2026-11-08"),
        ({"timing": {"code": {"coding": [{"code": "BID"}]}}}, "2 times a day"),
        ({"timing": {"code": {"text": "with every feed"}}}, "with every feed"),
        ({"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "puff"}}}]}, "1-2 puff"),
        (
            {
                "doseAndRate": [
                    {"rateRatio": {"numerator": {"value": 100, "unit": "mL"}, "denominator": {"value": 1, "unit": "h"}}}
                ]
            },
            "100 mL per 1 hour",
        ),
        ({"route": {"text": "under the tongue"}, "asNeededBoolean": True}, "under the tongue, when needed"),
        ({"asNeededCodeableConcept": {"text": "chest pain"}}, "when needed for chest pain"),
        (
            {"maxDosePerPeriod": {"numerator": {"value": 4, "unit": "g"}, "denominator": {"value": 24, "unit": "h"}}},
            "at most 4 g in 24 hours",
        ),
        (
            {"text": "1 at night", "additionalInstruction": [{"text": "No alcohol"}, {"text": "At night"}]},
            "1 at night. No alcohol",
        ),
        ({"patientInstruction": "Swallow whole"}, "Swallow whole"),
        ({}, ""),
    ],
)
def test_a_dosage_is_read_as_words(dosage: dict[str, Any], said: str) -> None:
    assert directions(dosage) == said


def test_directions_that_are_too_long_say_that_they_are_cut() -> None:
    assert directions({"text": "1 at night. " * 60}).endswith("1 at night.")
    said = directions({"text": "1 at night. " * 100})
    assert said.endswith("… (cut)")
    assert len(said) < LONGEST + 10
