"""Columns of a model that hold money, in 分: what they hold is told by the column, never by the word it is shown under.

The database keeps a plain integer, so a migration names Django's own field.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class FenField(models.BigIntegerField[Any, Any]):
    """An amount of money in 分; below zero where the book may owe it (a difference, a reversal)."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


class PositiveFenField(models.PositiveBigIntegerField[Any, Any]):
    """An amount of money in 分, never below zero."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveBigIntegerField", args, kwargs


def is_money(field: models.Field[Any, Any]) -> bool:
    """Whether the column holds 分."""
    return isinstance(field, FenField | PositiveFenField)
