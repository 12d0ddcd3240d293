"""Every write of fixed assets, as a verb."""

from .cards import add_card, change_custodian, complete_codes, dispose, import_card, move_room
from .desks import carry_out_plan, drop_plan, plan_desks
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
    "carry_out_plan",
    "change_custodian",
    "complete_codes",
    "dispose",
    "drop_plan",
    "import_card",
    "import_transfer",
    "known_transfer",
    "move_room",
    "plan_desks",
    "receive_transfer",
    "request_transfer",
    "send_transfer",
    "withdraw_transfer",
]
