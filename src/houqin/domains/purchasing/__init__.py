"""Purchasing 採購: from a teacher's wish to the payment asked for, with three quotes or a signed reason (P01–P06).

Words
    request         採購申請    what somebody wants, with the stock on hand seen first; each line keeps wanted, approved, ordered
    plan            採購計劃    approved lines of one category bought together; carries the method and the budget
    comparison      比價        quotes gathered by two people, side by side; the lowest, or a written reason
    tender          招標        announced, sealed until opening, scored, noticed, awarded, complained about, archived
    order           訂單        what was ordered from whom; delivery, acceptance and payment hang on it
    delivery        驗收單      one arrival: two acceptors, neither of them buyer or keeper, then the keeper
    contract        合同        amount, term, bond, retention; payments never exceed it with its additions
    payment request 付款申請    handed to the accountant; the finance office draws on it through ``because``
    savings         節約額      budget of the plan − amount of the deal; the basis is printed beside the figure
    splitting       化整為零    one category bought in pieces in a fiscal year so that none reaches a limit

Accounts
    outside:supplier:<party>  →  arrivals:<campus>     goods with their value, accepted by two people
    Stores and asset cards take over from ``arrivals`` with an entry of their own and ``because`` (docs/DECISIONS.md).

Sealed bids
    Before the opening the book holds that an envelope came, when and from whom, and nothing of what is in it: no form
    asks for an amount, so no page, API, export, journal entry or backup can show one. A bidder may leave a seal
    (SHA-256 of amount and a word of his own), which the opening checks.

Entry kinds (category: that of the goods, ``terms.CATEGORIES``)
    purchasing.requested, .endorsed, .avoided (measure amount: money not spent), .approved, .rejected, .withdrawn
    purchasing.planned (budget), .quotes_excused, .split_excused, .plan_cancelled
    purchasing.invited, .quoted (quotes 1), .compared, .comparison_countersigned, .comparison_approved
    purchasing.ordered (amount, budget, saved, without_quotes, split_suspect, due), .order_cancelled, .completed
    purchasing.arrived, .checked, .received (lines; value, late), .turned_away, .taken_over,
    .separation_excused
    purchasing.payment_requested (amount), .payment_taken, .payment_refused
    purchasing.tender_announced (budget), .tender_clarified, .bid_received, .committee_named, .bids_opened, .evaluated,
    .noticed, .complained, .complaint_answered, .awarded (amount, saved), .bonds_returned, .tender_failed,
    .tender_archived
    purchasing.contract_signed (amount, ends), .contract_extended, .contract_accepted, .retention_released,
    .contract_settled
    purchasing.supplier_filed, .supplier_marked, .supplier_left, .relation_declared
"""
