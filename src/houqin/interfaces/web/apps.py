from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "houqin.interfaces.web"
    label = "web"
