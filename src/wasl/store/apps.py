from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "wasl.store"
    label = "store"

    def ready(self) -> None:
        """Register the checks."""
        from wasl.store import checks  # noqa: F401
