from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "wasl.places"
    label = "places"
