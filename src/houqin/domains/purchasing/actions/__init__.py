"""Every write of purchasing, as a verb."""

from .asking import approve, avoid, cancel_plan, endorse, excuse_quotes, excuse_split, plan, reject, request, withdraw
from .comparing import abandon, approve_comparison, compare, countersign, invite, quote, table
from .contracting import (
    accept_contract,
    declare_relation,
    extend_contract,
    file_supplier,
    mark_supplier,
    record_contract,
    record_order,
    settle_contract,
    sign_contract,
    supplier_leaves,
)
from .ordering import (
    arrivals,
    arrive,
    ask_contract_payment,
    ask_payment,
    cancel,
    check,
    excuse_delivery,
    order,
    receive,
    refuse_payment,
    supplier_account,
    take_over,
    take_payment,
    turn_away,
)
from .tendering import (
    announce,
    answer,
    archive,
    award,
    clarify,
    complain,
    evaluate,
    fail,
    keep_until,
    name_committee,
    notice,
    open_bids,
    ranked,
    receive_bid,
    return_bonds,
    seal_of,
)

__all__ = [
    "abandon", "accept_contract", "announce", "answer", "approve", "approve_comparison", "archive", "arrivals", "arrive",
    "ask_contract_payment", "ask_payment", "avoid", "award", "cancel", "cancel_plan", "check", "clarify", "compare",
    "complain", "countersign", "declare_relation", "endorse", "evaluate", "excuse_delivery", "excuse_quotes", "excuse_split", "extend_contract", "fail",
    "file_supplier", "invite", "keep_until", "mark_supplier", "name_committee", "notice", "open_bids", "order", "plan",
    "quote", "ranked", "receive", "receive_bid", "record_contract", "record_order", "refuse_payment", "reject", "request",
    "return_bonds", "seal_of", "settle_contract", "sign_contract", "supplier_account", "supplier_leaves", "table",
    "take_over", "take_payment", "turn_away", "withdraw",
]  # fmt: skip
