"""The form kit: `base` (sent once), `edit` (with conflict), `fields`, `rows` (that repeat)."""
