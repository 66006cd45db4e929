"""Pages: middleware, templates, assets."""

from pathlib import Path

ROOT_URLCONF = "wasl.config.urls"
WSGI_APPLICATION = "wasl.config.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wasl.web.language.LanguageMiddleware",
    "wasl.web.digits.DigitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Default deny: a view that strangers may see says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "wasl.web.viewing.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "wasl.web.typed.NoNulMiddleware",
    "wasl.web.problems.ProblemMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "wasl.web.language.language_context",
                "wasl.web.frame.frame_context",
                "wasl.web.preferences.preferences_context",
            ],
        },
    }
]

STATIC_URL = "/assets/"
STATICFILES_DIRS: list[Path] = []
# Served out of the package: there is no collecting step, and names carry no digest.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# What is too large is left out while it comes in, before anything of it is kept.
FILE_UPLOAD_HANDLERS = [
    "wasl.web.uploading.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A column of a list is a field of its form, and a workbook may have many sheets.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
