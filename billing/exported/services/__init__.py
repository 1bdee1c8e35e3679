"""The bundle, and the resources in it."""
