"""Django's settings, one file per concern."""

from wasl.config.settings.applications import *  # noqa: F403
from wasl.config.settings.database import *  # noqa: F403
from wasl.config.settings.language import *  # noqa: F403
from wasl.config.settings.security import *  # noqa: F403
from wasl.config.settings.web import *  # noqa: F403
