"""Django's own admin with django-unfold over the same patients in SQLite: run by a Python that has both (see admin.py).

`unfold_site.py FILE`: FILE has a patient a line, as JSON. A number on standard input asks for the list so often; a line
on standard output has the milliseconds of each time. No part of Clinnet is imported.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(tempfile.mkdtemp(prefix="unfold-"))
settings.configure(
    DEBUG=False,
    SECRET_KEY="of a bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "db.sqlite3"}},
    INSTALLED_APPS=[
        "unfold",
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from django.contrib import admin  # noqa: E402  after the settings
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from unfold.admin import ModelAdmin  # noqa: E402  of the other environment


class Patient(models.Model):
    family_name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=200)
    birth_date = models.CharField(max_length=10)
    number = models.CharField(max_length=20, db_index=True)

    class Meta:
        app_label = "auth"
        indexes = (models.Index(fields=["family_name", "given_name"], name="by_name"),)  # as ours are found by key


@admin.register(Patient)
class PatientAdmin(ModelAdmin):  # type: ignore[misc]  # of the other environment
    list_display = ("family_name", "given_name", "birth_date", "number")
    search_fields = ("family_name", "given_name", "number")
    ordering = ("family_name", "given_name")
    list_per_page = 50


urlpatterns = [path("admin/", admin.site.urls)]
LIST = "/admin/auth/patient/"


def main() -> None:
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Patient)
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        Patient._default_manager.bulk_create([Patient(**json.loads(line)) for line in lines], batch_size=2_000)
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin"))
    assert browser.get(LIST).status_code == 200
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        found = []
        for _ in range(int(line)):
            began = time.perf_counter()
            answer = browser.get(LIST)
            found.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
        sys.stdout.write(f"{json.dumps(found)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
