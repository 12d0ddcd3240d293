from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "houqin.foundation.registers"
