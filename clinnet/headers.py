"""The headers of every answer. The content security policy is one constant text: no nonces, nothing inline."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinnet.middleware import GetResponse

PERMISSIONS = ", ".join(
    ["camera=(self)"]
    + [
        f"{feature}=()"
        for feature in (
            "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media",
            "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
            "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
        )
    ]
)  # fmt: skip


def policy() -> str:
    bucket, cognito = bucket_origins(), settings.COGNITO["origin"]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {bucket}",  # data: for the small drawings inside Tabler's CSS
            "font-src 'self'",
            f"connect-src 'self' {bucket}",
            f"frame-src {bucket}",
            "manifest-src 'self'",
            f"form-action 'self' {cognito}".rstrip(),  # Chromium applies it to the redirect of the sign-in form
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        ]
    )


def bucket_origins() -> str:
    """Where presigned links of files lead: the embedded engine, or both names of our own bucket."""
    storages: dict[str, Any] = settings.STORAGES
    options = storages["default"]["OPTIONS"]
    if options.get("endpoint_url"):
        parts = urlsplit(options["endpoint_url"])
        return f"{parts.scheme}://{parts.netloc}"
    bucket = options["bucket_name"]
    return f"https://{bucket}.s3.{options['region_name']}.amazonaws.com https://{bucket}.s3.amazonaws.com"


class HeadersMiddleware:
    """Outside everything that makes an answer, static files and error pages included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.fixed = {
            "Content-Security-Policy": policy(),
            "Permissions-Policy": PERMISSIONS,
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.fixed.items():
            response[name] = value
        if not request.path.startswith(settings.STATIC_URL) or response.status_code >= 400:
            # With anything less, Back after signing out shows the patient from the browser's page cache.
            response["Cache-Control"] = "no-store"
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # with the length of what GET answers
        return response
