from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "wasl.printing"
    label = "printing"
