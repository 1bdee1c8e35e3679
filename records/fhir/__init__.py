"""FHIR R4 of a chart: resources to what a chart keeps, and back. Pure: no Django, no table, no clock."""
