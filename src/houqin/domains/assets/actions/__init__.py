"""Every write of fixed assets, as a verb."""

from .arriving import take_in
from .cards import add_card, change_custodian, complete_codes, dispose, import_card, merge_card, move_room
from .desks import carry_out_plan, drop_plan, plan_desks
from .disposals import (
    announce,
    appraise,
    approve_disposal,
    authorise,
    carry_out_disposal,
    request_disposal,
    settle_disposal,
    withdraw_disposal,
)
from .handovers import drop_handover, give_over, prepare_handover, take_over, witness_handover
from .letters import (
    call_letters,
    check_letter,
    close_letter,
    count_letter,
    drop_letter,
    keeper_signs,
    office_signs,
    open_letter,
    renew_letter,
)
from .passes import issue_pass, let_through, return_pass, void_pass
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
    "announce",
    "appraise",
    "approve_disposal",
    "approve_transfer",
    "authorise",
    "call_letters",
    "carry_out_disposal",
    "carry_out_plan",
    "change_custodian",
    "check_letter",
    "close_letter",
    "complete_codes",
    "count_letter",
    "dispose",
    "drop_handover",
    "drop_letter",
    "drop_plan",
    "give_over",
    "import_card",
    "import_transfer",
    "issue_pass",
    "keeper_signs",
    "known_transfer",
    "let_through",
    "merge_card",
    "move_room",
    "office_signs",
    "open_letter",
    "plan_desks",
    "prepare_handover",
    "receive_transfer",
    "renew_letter",
    "request_disposal",
    "request_transfer",
    "return_pass",
    "send_transfer",
    "settle_disposal",
    "take_in",
    "take_over",
    "void_pass",
    "withdraw_disposal",
    "withdraw_transfer",
    "witness_handover",
]
