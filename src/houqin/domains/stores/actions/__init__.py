"""Every write of the stores, as a verb.

receiving    the catalogue, goods in, losses, transfers between stores
issuing      asked, approved, picked, handed out, signed for, returned; custody
opening      kit lists and what each class gets at the opening of term
lending      loans and reservations
reviewing    what runs low, what is about to expire
recording    the rows of past registers
"""

from .issuing import (
    approve,
    close_short,
    countersign,
    issue,
    issue_directly,
    pass_custody,
    pick,
    reject,
    request,
    return_custody,
    return_left,
    sign_receipt,
    void_requisition,
    withdraw,
)
from .lending import (
    approve_loan,
    cancel_reservation,
    chase,
    chase_all,
    lend,
    lend_directly,
    reject_loan,
    request_loan,
    reserve,
    return_loan,
    return_part,
    set_reservable,
    void_loan,
    withdraw_loan,
)
from .opening import distribute, plan_distribution, remove_kit, set_kit, sign_distribution, take_distribution_back
from .receiving import (
    approve_loss,
    arrive,
    correct_item,
    deliver,
    propose_loss,
    recall,
    receive,
    reject_loss,
    send,
    set_item,
    set_quota,
    take_in,
    turn_away,
    void_loss,
    void_receipt,
)
from .recording import complete_loan, record_issue, record_ledger, record_loan, record_opening, record_receipt
from .reviewing import check_expiry, check_reorder

__all__ = [
    "correct_item",
    "approve", "approve_loan", "approve_loss", "arrive", "cancel_reservation", "chase",
    "chase_all", "check_expiry", "check_reorder", "close_short", "complete_loan", "countersign", "deliver", "distribute",
    "issue", "issue_directly", "lend", "lend_directly", "pass_custody", "pick",
    "plan_distribution", "propose_loss", "receive", "record_issue", "record_ledger", "record_loan", "record_opening",
    "record_receipt", "reject", "reject_loan", "reject_loss", "remove_kit", "request", "request_loan",
    "reserve", "return_custody", "return_left", "return_loan", "return_part", "send", "set_item", "set_kit", "set_quota",
    "set_reservable", "sign_distribution", "sign_receipt", "take_distribution_back", "take_in", "turn_away",
    "recall", "void_loan", "void_loss", "void_receipt", "void_requisition", "withdraw",
    "withdraw_loan",
]  # fmt: skip
