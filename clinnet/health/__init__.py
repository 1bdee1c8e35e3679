"""Whether what Clinnet stands on works: probes for machines, and checks that a person runs."""
