"""Letters of the chart that go to the patient by e-mail, and what became of each."""
