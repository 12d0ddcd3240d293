from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "houqin.interfaces.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let wrong codes of a second factor count as wrong passwords do, and vouch for a password hashed anew."""
        from allauth.mfa.signals import authentication_failed
        from django.contrib.auth.models import User
        from django.db.models.signals import post_save

        post_save.connect(_hashed_anew, sender=User, dispatch_uid="houqin.accounts.hashing")
        authentication_failed.connect(_count, dispatch_uid="houqin.accounts.locks")


def _count(request: Any, user: Any, **facts: Any) -> None:
    from .locks import count_failure

    count_failure(request, user.get_username())


def _hashed_anew(instance: Any, update_fields: Any = None, **facts: Any) -> None:
    """At a login Django hashes a password anew where the way of hashing has become stronger; that is no action of anybody's."""
    from django.db import connection

    from houqin.foundation.journal.actions import batch
    from houqin.foundation.journal.vouching import note
    from houqin.foundation.org.models import Person

    if update_fields != frozenset({"password"}) or connection.in_atomic_block:
        return
    if person := Person.objects.filter(user=instance).first():
        with batch(person, via="login"):
            note(type(instance), [instance.pk])
