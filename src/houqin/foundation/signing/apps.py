from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "houqin.foundation.signing"
