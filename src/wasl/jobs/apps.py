from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "wasl.jobs"
    label = "jobs"
