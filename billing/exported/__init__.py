"""Money as FHIR R4 resources, for another system."""
