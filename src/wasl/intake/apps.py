from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "wasl.intake"
    label = "intake"
