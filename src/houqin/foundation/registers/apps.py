from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "houqin.foundation.registers"

    def ready(self) -> None:
        """``pages`` is where pages are declared, so the one of this app is read here."""
        from . import deciding  # noqa: F401
