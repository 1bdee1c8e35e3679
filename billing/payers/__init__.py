"""Who pays for patients: insurers and employers."""
