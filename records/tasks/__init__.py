"""What has to be done about a patient, by a person or whoever has a role. Apart from the chart: the desk has some."""
