"""Makes on the embedded engine what infra/template.yaml describes; in the cloud CloudFormation does."""

from typing import Any

from botocore.exceptions import EndpointConnectionError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet.local import place, setup


class Command(BaseCommand):
    help = "Create the table, the user pool, the bucket and the roles of infra/template.yaml on the embedded engine."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--endpoint", help="the running engine, when there is no var/local.json yet")
        parser.add_argument("--site", help="the site's address, for its sign-in client")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CLINNET_CLOUD:
            raise CommandError("In the cloud, deploy infra/template.yaml with CloudFormation.")
        known = place.local(place.var()) or {}
        endpoint = options["endpoint"] or known.get("endpoint")
        if not endpoint:
            raise CommandError("No engine is known: `make run` starts one and calls this, or give --endpoint.")
        site = options["site"] or known.get("site") or "http://127.0.0.1:8000"
        try:
            made = setup.create(place.var(), endpoint=endpoint, site=site, force=True)
        except EndpointConnectionError:
            raise CommandError(f"The embedded AWS does not answer at {endpoint}: `make run` starts it.") from None
        self.stdout.write(f"Table {made['table']}, pool {made['pool_id']} and bucket {made['bucket']} are there.")
