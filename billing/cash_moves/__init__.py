"""Cash that goes into a drawer or out of it for something else than a patient."""
