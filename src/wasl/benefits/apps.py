from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "wasl.benefits"
    label = "benefits"
