from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "houqin.interfaces.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let wrong codes of a second factor count as wrong passwords do."""
        from allauth.mfa.signals import authentication_failed

        authentication_failed.connect(_count, dispatch_uid="houqin.accounts.locks")


def _count(request: Any, user: Any, **facts: Any) -> None:
    from .locks import count_failure

    count_failure(request, user.get_username())
