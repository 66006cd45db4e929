from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "wasl.store"
    label = "store"
