"""The trail: read by time, by person and by patient."""
