from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "wasl.linkage"
    label = "linkage"
