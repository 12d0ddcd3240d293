from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "houqin.domains.assets"

    def ready(self) -> None:
        """Tell the house what a person keeps, which is asked before somebody leaves."""
        from . import custody  # noqa: F401
