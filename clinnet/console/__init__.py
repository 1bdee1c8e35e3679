"""Management pages: a registry of entities, as django.contrib.admin is one of ORM models."""
