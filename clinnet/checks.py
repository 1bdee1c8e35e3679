"""System checks of our own: `manage.py check`, and with --deploy the user pool itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  Django's own name
from django.urls import URLPattern, URLResolver, get_resolver

from clinnet import contributions, stored
from clinnet.accounts import cognito
from clinnet.accounts.access import Door, access_of
from clinnet.console import registry

Apps = Sequence[AppConfig] | None


def views() -> Iterator[tuple[str, URLPattern]]:
    """Every URL of the site: its route as written, and its pattern. Tests walk it too."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, before + str(each.pattern))
            else:
                yield before + str(each.pattern), each

    yield from walk(get_resolver().url_patterns, "/")


@register(Tags.urls)
def declared(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Each view says who may open it, and a clinic is in the URL exactly where one is needed."""
    found: list[CheckMessage] = []
    for route, pattern in views():
        access = access_of(pattern.callback)
        inside = "<str:clinic>" in route or "<slug:clinic>" in route or "<clinic>" in route
        if access is None:
            hint = "Put @needs(…), @signed_in or @public of clinnet.accounts.access above it."
            found.append(Error(f"{route} does not declare what it needs.", hint=hint, id="clinnet.E001"))
        elif access.door is Door.CLINIC and not inside:
            found.append(Error(f"{route} needs a clinic, and its URL has none.", id="clinnet.E002"))
        elif access.door is not Door.CLINIC and inside:
            found.append(Error(f"{route} has a clinic in its URL, and declares no permission.", id="clinnet.E003"))
    return found


@register
def contributed(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What apps contribute can be used: a name that leads nowhere would be silently nothing."""
    hint = "See clinnet/contributions.py and docs/adding-an-entity.md."
    found: list[CheckMessage] = [
        Error(text, hint=hint, id="clinnet.E010") for text in contributions.broken(app_configs)
    ]
    return found or [Error(text, hint=hint, id="clinnet.E011") for text in contributions.undeclared()]


@register
def managed(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Every kind of item is in the console, or says why not: what nobody lists is managed by nobody."""
    if any(contributions.broken()):
        return []  # said by `contributed`
    hint = "See clinnet/console/registry.py and docs/console.md."
    return [Error(text, hint=hint, id="clinnet.E012") for text in registry.undeclared()]


@register
def named(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Of every kind of file it is known which items name it: else nobody finds what is missing, or left over."""
    if any(contributions.broken()):
        return []  # said by `contributed`
    hint = "See clinnet/stored.py and docs/adding-an-entity.md."
    return [Error(text, hint=hint, id="clinnet.E013") for text in stored.undeclared()]


@register(Tags.security)
def one_way_in(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Cognito is the only door: no local passwords, no pages of allauth's own, no other backend."""
    found: list[CheckMessage] = []
    if settings.AUTHENTICATION_BACKENDS != ["allauth.account.auth_backends.AuthenticationBackend"]:
        found.append(Error("There is another way to sign in than Cognito.", id="clinnet.E004"))
    names = {pattern.name for _, pattern in views()}
    if names & {"account_signup", "socialaccount_signup", "socialaccount_connections", "account_reset_password"}:
        found.append(Error("allauth.urls is included: it brings sign-up and linking.", id="clinnet.E005"))
    return found


@register(Tags.security, deploy=True)
def pool(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """The user pool as it is, not as the template says."""
    if not settings.COGNITO["pool_id"]:
        return []
    ids = {"UserPoolId": settings.COGNITO["pool_id"]}
    try:
        real = cognito.client().describe_user_pool(**ids)["UserPool"]
        app_ids = {**ids, "ClientId": settings.COGNITO["client_id"]}
        app = cognito.client().describe_user_pool_client(**app_ids)["UserPoolClient"]
    except (ClientError, BotoCoreError) as error:
        return [Warning(f"The user pool cannot be read ({type(error).__name__}).", id="clinnet.W001")]
    found: list[CheckMessage] = []
    if not real.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
        found.append(Error("Anybody can register in the user pool.", id="clinnet.E006"))
    if settings.CLINNET_CLOUD and real.get("MfaConfiguration") != "ON":
        found.append(Error("The user pool does not ask for a second factor.", id="clinnet.E007"))
    if app.get("AllowedOAuthFlows") != ["code"] or "aws.cognito.signin.user.admin" in app.get("AllowedOAuthScopes", []):
        found.append(Error("The app client allows more than the code flow for openid and profile.", id="clinnet.E008"))
    if f"{settings.SITE}/accounts/login/" not in app.get("LogoutURLs", []):
        found.append(Error("The app client does not allow our sign-in page as sign-out URL.", id="clinnet.E009"))
    return found
