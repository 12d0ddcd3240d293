"""What machine's names are called where no verb says it: kinds of entry without a button, ends of lines without a name.

Each is declared beside the code that writes it.
"""

from __future__ import annotations

from typing import Any

from houqin.kit.registry import Registry

KINDS: Registry[Any] = Registry("word of a kind")
ROLES: Registry[Any] = Registry("word of an account's role")


def kind_is_called(kind: str, label: Any) -> str:
    """Declare the word of an entry that follows from another and has no verb of its own. Returns the kind."""
    KINDS.add(kind, label)
    return kind


def role_is_called(role: str, label: Any) -> str:
    """Declare what an account of this role is called where it was made without a name. Returns the role."""
    ROLES.add(role, label)
    return role
