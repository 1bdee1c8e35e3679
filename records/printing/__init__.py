"""The chart on paper: its summary for a colleague, and the list of medicines for the patient."""
