"""What became of the resources of FHIR files, in words. Pure."""

from collections import Counter
from dataclasses import dataclass, field

OUTCOMES = {"new": "new", "changed": "changed", "same": "as before", "gone": "taken away"}
PATIENTS = ""  # their outcomes are told without a word before them


@dataclass
class Report:
    """Of one file, or of all. `outcomes` counts (name of the things, outcome): ("visits", "new")."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    coming: int = 0  # visits that are still to come
    kinds: Counter[str] = field(default_factory=Counter)  # of resources that are not patients
    used: Counter[str] = field(default_factory=Counter)  # of kinds, what became a part of a patient
    phones: Counter[str] = field(default_factory=Counter)  # written without a country, and read as one of this
    lines: list[str] = field(default_factory=list)
    left_out: int = 0

    def leave_out(self, where: str, sentence: str) -> None:
        self.left_out += 1
        self.note(where, sentence)

    def note(self, where: str, sentence: str) -> None:
        self.lines.append(f"{where}: {sentence}" if where else sentence)

    def add(self, other: "Report") -> None:
        self.outcomes += other.outcomes
        self.coming += other.coming
        self.kinds += other.kinds
        self.used += other.used
        self.phones += other.phones
        self.left_out += other.left_out

    def __str__(self) -> str:
        names = sorted({name for name, _ in self.outcomes})
        parts = [
            " ".join(filter(None, (str(self.outcomes[name, outcome]), name, words)))
            for name in names
            for outcome, words in OUTCOMES.items()
            if self.outcomes[name, outcome]
        ]
        if self.left_out:
            parts.append(f"{self.left_out} left out")
        return ", ".join(parts) or "no patients"
