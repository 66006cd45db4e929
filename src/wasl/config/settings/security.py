"""Signing in, sessions, headers."""

import hmac
import os
import secrets

from csp.constants import NONE, SELF

from wasl.kernel.errors import WaslError
from wasl.store.sealing import secret_for


def _secret() -> str:
    """Derive Django's secret from the key beside the database; before there is one, sessions do not matter."""
    try:
        return secret_for(b"django sessions").hex()
    except WaslError:
        return hmac.digest(secrets.token_bytes(32), b"not set up yet", "sha256").hex()


SECRET_KEY = os.environ.get("WASL_SECRET_KEY") or _secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("WASL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("WASL_HTTPS") == "1"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "wasl.organisations.sign_in.DoorBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# Signed cookies: a table of sessions would be readable by whoever reads the database without a scope.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "wasl_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# By account: mobile carriers put thousands behind one address.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "wasl.web.sign_in.locked_out"
CSRF_FAILURE_VIEW = "wasl.web.problems.csrf_failed"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
