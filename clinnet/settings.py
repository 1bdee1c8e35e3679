"""Settings, read from the environment.

On one machine everything comes from var/local.json, which `make run` writes: endpoints on the loopback
interface, throw-away credentials and this install's own secrets. Real AWS is used only where CLINNET_CLOUD=1
says so; then nothing is read from var/local.json, and the ordinary AWS_* variables decide.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config

from clinnet.accounts.conf import *  # noqa: F403  sign-in, sessions and headers are set where they are built

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("CLINNET_VAR", BASE_DIR / "var"))
CLINNET_CLOUD = os.environ.get("CLINNET_CLOUD") == "1"


def _local() -> dict[str, Any]:
    """This machine's own values; empty before the first set-up, when only set-up commands can run."""
    try:
        values: dict[str, Any] = json.loads((VAR / "local.json").read_text())
    except FileNotFoundError:
        return {}
    return values


_here = {} if CLINNET_CLOUD else _local()


def _value(name: str, variable: str, default: str = "") -> str:
    """One value: from the environment in the cloud, from var/local.json on one machine."""
    if CLINNET_CLOUD:
        return os.environ[variable] if not default else os.environ.get(variable, default)
    return str(_here.get(name, default))


DEBUG = False
SECRET_KEY = _value("django_key", "DJANGO_SECRET_KEY") or "not-set-up-yet"
SITE = _value("site", "CLINNET_SITE") or "http://127.0.0.1:8000"
ALLOWED_HOSTS = [SITE.split("//")[1].split(":")[0], *([] if CLINNET_CLOUD else ["127.0.0.1", "localhost"])]
CSRF_TRUSTED_ORIGINS = [SITE]
if not CLINNET_CLOUD:  # cookies know no port: two Clinnets on one machine would sign each other out
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LAST_CLINIC_COOKIE_NAME = (
        f"{name}-{urlsplit(SITE).port or 80}" for name in ("clinnet", "csrf", "clinic")
    )
# How old another process's change may be when screens hear of it. On one machine there is one process but for commands.
CLINNET_PULSE_SECONDS = 1 if CLINNET_CLOUD else 10
CLINNET_SHOW_COST = os.environ.get("CLINNET_SHOW_COST") == "1"  # in `Server-Timing` of every answer

# The table, the bucket and the user pool.
AWS_REGION = _value("region", "AWS_REGION", "eu-west-1")
AWS_ENDPOINT: str | None = _here.get("endpoint")
AWS_KEYS: dict[str, str] = (
    {"aws_access_key_id": _here["access_key"], "aws_secret_access_key": _here["secret_key"]} if _here else {}
)
CLINNET_TABLE = _value("table", "CLINNET_TABLE", "clinnet")
# In front of DynamoDB alone, so that tests can inject faults and DynamoDB-compatible stores can be used.
DYNAMODB_ENDPOINT = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or AWS_ENDPOINT
# Who messages to patients come from; an identity that SES has verified. Without it they wait.
CLINNET_MAIL_FROM = os.environ.get("CLINNET_MAIL_FROM", "") if CLINNET_CLOUD else str(_here.get("mail_from", ""))
# Text messages to patients, through SNS: on one machine always, in the cloud where an account was set up for them.
CLINNET_SMS = os.environ.get("CLINNET_SMS") == "1" if CLINNET_CLOUD else True
CLINNET_SMS_SENDER = os.environ.get("CLINNET_SMS_SENDER", "")  # a sender id, in the countries that know one
CLINNET_SMS_PRICE = os.environ.get("CLINNET_SMS_PRICE", "")  # of one part, as "0.0375 EUR": what is sent is counted
# What a million read and write units cost, and since when they did: on demand, us-east-1.
CLINNET_UNIT_PRICES = os.environ.get("CLINNET_UNIT_PRICES", "0.125 0.625 USD of November 2024")
CLINNET_COST_SECONDS = 60  # between two writes of what pages cost; 0 counts nothing
CLINNET_DATA_KEY = bytes.fromhex(_value("data_key", "CLINNET_DATA_KEY") or "00" * 32)
WEB_THREADS = int(os.environ.get("CLINNET_THREADS", "8"))

_pool = _value("pool_id", "COGNITO_POOL_ID")
_issuer = f"https://cognito-idp.{AWS_REGION}.amazonaws.com/{_pool}"  # in tokens of the embedded engine too
_pages = AWS_ENDPOINT or os.environ.get("COGNITO_ORIGIN", "")
COGNITO = {
    "pool_id": _pool,
    "client_id": _value("client_id", "COGNITO_CLIENT_ID"),
    "client_secret": _value("client_secret", "COGNITO_CLIENT_SECRET"),
    "issuer": _issuer,
    "origin": _pages,
    "authorize": f"{_pages}/oauth2/authorize",
    "token": f"{_pages}/oauth2/token",
    "logout": f"{_pages}/logout",
    "jwks": f"{f'{AWS_ENDPOINT}/{_pool}' if AWS_ENDPOINT else _issuer}/.well-known/jwks.json",
}

ROOT_URLCONF = "clinnet.urls"
WSGI_APPLICATION = "clinnet.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "storages",
    "clinnet",
    *ACCOUNT_APPS,  # noqa: F405
    "clinnet.console",
    "patients",
    "records",
    "scheduling",
    "billing",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinnet.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinnet.middleware.MeterMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "clinnet.accounts.without_sql.SteadySessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinnet.middleware.ErrorsMiddleware",
    *ACCOUNT_MIDDLEWARE,  # noqa: F405
]
FORM_RENDERER = "clinnet.widgets.DrawnControls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinnet.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "builtins": ["clinnet.templatetags.clinnet", "django.templatetags.static"],
        },
    }
]

# Django's own tables alone: people who signed in and their sessions.
if os.environ.get("DATABASE_URL", "").startswith("postgres"):
    _db = urlsplit(os.environ["DATABASE_URL"])
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _db.path.lstrip("/"),
            "USER": _db.username,
            "PASSWORD": _db.password,
            "HOST": _db.hostname,
            "PORT": _db.port or 5432,
            "CONN_MAX_AGE": 60,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "db.sqlite3",
            "OPTIONS": {
                "timeout": 5,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    (name, BASE_DIR / "static" / name)
    for name in ("css", "js", "img", "vendor")
    if (BASE_DIR / "static" / name).is_dir()
]
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _value("bucket", "CLINNET_BUCKET", "clinnet-files"),
            "region_name": AWS_REGION,
            "endpoint_url": AWS_ENDPOINT,
            "client_config": Config(
                s3={"addressing_style": "path" if AWS_ENDPOINT else "auto"},
                signature_version="s3v4",
                connect_timeout=2,
                read_timeout=5,
                retries={"total_max_attempts": 2},  # a page waits for this
            ),
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": True,  # names are random; looking first would need the right to list the bucket
            "default_acl": None,
            "access_key": AWS_KEYS.get("aws_access_key_id"),
            "secret_key": AWS_KEYS.get("aws_secret_access_key"),
        },
    },
    "staticfiles": {"BACKEND": "clinnet.storage.HashedStaticFiles"},
}

LANGUAGE_CODE = "en"
USE_I18N = False  # Django's own sentences stay as they are: it looks for no language in each address and value
USE_TZ = True
TIME_ZONE = "UTC"  # the clinic's own zone is applied where times are shown
