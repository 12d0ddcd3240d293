from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "houqin.domains.safety"
