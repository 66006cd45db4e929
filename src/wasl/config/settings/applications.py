"""The areas, from the bottom storey up. Django's admin is left out: it is a door past the actions."""

AREAS = [
    "wasl.store",
    "wasl.jobs",
    "wasl.audit",
    "wasl.places",
    "wasl.organisations",
    "wasl.registry",
    "wasl.benefits",
    "wasl.linkage",
    "wasl.intake",
    "wasl.printing",
    "wasl.web",
]

INSTALLED_APPS = [
    *AREAS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    # its tables and their changes; what works it is `jobs.worker`
    "procrastinate.contrib.django",
]

AUTH_USER_MODEL = "organisations.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# axes.W006: locked by account on purpose (settings.security). auth.W004: a name is unique whatever its case,
# by a constraint on lower(username).
SILENCED_SYSTEM_CHECKS = ["axes.W006", "auth.W004"]
