"""Settings of sign-in, sessions and headers. clinnet/settings.py imports all of them; nothing here imports Django."""

import os

HTTPS = os.environ.get("CLINNET_CLOUD") == "1"  # one machine is served on the loopback interface, without TLS

ACCOUNT_APPS = [
    "clinnet.accounts",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
# Last in MIDDLEWARE: after sessions, CSRF, authentication, messages, htmx and the errors' pages.
ACCOUNT_MIDDLEWARE = [
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinnet.accounts.doors.RefusalsMiddleware",
    "clinnet.accounts.middleware.SignInMiddleware",
    "clinnet.accounts.middleware.ScopeMiddleware",
]

# How long a session lasts. The server keeps all of these; the page's own clock is a courtesy.
CLINNET_IDLE_MINUTES = {"receptionist": 15, "nurse": 15, "doctor": 15, "admin": 10}
CLINNET_SESSION_HOURS = 12
CLINNET_FRESH_MINUTES = 10  # since the password was typed, for what changes rights or gives much away (access.Fresh)
CLINNET_RECHECK_SECONDS = 120  # is the person still enabled, and in which groups?
CLINNET_UNCONFIRMED_SECONDS = 600  # how long Cognito may be silent before nobody can go on
CLINNET_COGNITO_SECONDS = (2, 4)  # connect and read, for the token and key addresses
CLINNET_STAFF_ROLE = os.environ.get("CLINNET_STAFF_ROLE", "")  # in the cloud: ARN of the staff-administration role

# One way in: Cognito. No local passwords, no local sign-up, no linking, no e-mail kept.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_ADAPTER = "clinnet.accounts.oidc.SocialAdapter"
ACCOUNT_ADAPTER = "clinnet.accounts.oidc.AccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "clinnet.accounts.oidc.Cognito"}}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_UNIQUE_EMAIL = False

SESSION_ENGINE = "clinnet.accounts.kept_sessions"
SESSION_COOKIE_NAME = "__Host-clinnet" if HTTPS else "clinnet"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the session on the way back from Cognito
SESSION_COOKIE_AGE = (CLINNET_SESSION_HOURS + 1) * 3600  # the row outlives the limit, so that a page can say why
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "clinnet.toasts.ClinicStorage"  # a cookie would hold names

CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LAST_CLINIC_COOKIE_NAME = "__Host-clinic" if HTTPS else "clinic"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "clinnet.accounts.pages.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes form posts fail the CSRF check
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if os.environ.get("CLINNET_BEHIND_PROXY") == "1":  # a proxy that sets, and never passes on, X-Forwarded-Proto
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# On the loopback interface there is no TLS: HSTS, redirect and Secure cookies would lock everybody out.
SILENCED_SYSTEM_CHECKS = [] if HTTPS else [f"security.{check}" for check in ("W004", "W008", "W012", "W016")]

# Logs hold no query strings, no values of exceptions, and nothing that these libraries print of items.
ACCESS_LOG_FORMAT = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'  # gunicorn; %(r)s would hold the query
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "clinnet.accounts.logs.PlainFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "pynamodb": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "s3transfer": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}
