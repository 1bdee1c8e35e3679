"""The chart: what is measured, prescribed, found and written about a patient. So far its rules alone."""
