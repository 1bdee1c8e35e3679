"""Addresses. The clinic is always in them, so that two tabs cannot mix."""

from django.urls import include, path

from clinnet import contributions, picking
from clinnet.contributions import Urls
from clinnet.health import views as health
from clinnet.routes import branched

urlpatterns = [
    path("", include("clinnet.accounts.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    *picking.urls(),
    path("c/<slug:clinic>/", include("clinnet.drafts.urls")),
    *(path(each.prefix, branched(each.module)) for each in contributions.of(Urls)),
]
handler400 = "clinnet.middleware.malformed"
handler404 = "clinnet.middleware.not_found"
handler500 = "clinnet.middleware.failed"
