"""Every write of fixed assets, as a verb."""

from .cards import add_card, change_custodian, dispose, import_card, move_room
from .transfers import (
    approve_transfer,
    import_transfer,
    known_transfer,
    receive_transfer,
    request_transfer,
    send_transfer,
    withdraw_transfer,
)

__all__ = [
    "add_card",
    "approve_transfer",
    "change_custodian",
    "dispose",
    "import_card",
    "import_transfer",
    "known_transfer",
    "move_room",
    "receive_transfer",
    "request_transfer",
    "send_transfer",
    "withdraw_transfer",
]
