"""Letters: of a template of the clinic, with facts of the chart; signed, printed, and never changed."""
