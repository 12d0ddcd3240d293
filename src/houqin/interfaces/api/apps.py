from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "houqin.interfaces.api"
    label = "api"
