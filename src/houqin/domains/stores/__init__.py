"""Stores 倉庫: goods in, issued, lent, handed to classes at the opening of term (domain reference D01–D06).

Words
    receipt         入庫單      goods that arrived, counted by the book only after a second person accepted them
    requisition     領用單      asked for, approved, picked, handed out, signed for by a named receiver
    hand-out        領物        one giving-out of one item: the row of the 領物登記簿
    custody         保管        durable low-value goods stay on somebody's list instead of being used up
    write-off       報損        lost, damaged, expired; proposed by one person and approved by another
    transfer        調撥        from one store to another, in transit until received
    loan            借用        out with a day to come back, its condition told both ways
    reservation     預約        a room or a set for certain half hours; two at once cannot be written
    distribution    開學發放    what each class gets by headcount and kit list, signed for by its class teacher
    average         平均單價    value balance ÷ quantity balance of a store (moving average)

Accounts
    store:<place>                       what lies in a store: items, and their value as value:<item>
    arrivals:<campus>                   what purchasing accepted and no store has taken in; drawn by stores.taken_in
    outside:<suppliers|donors|units>    where goods come from; outside:unbooked for past papers about goods never booked in
    opening:stores, found:stocktake     opening stock; what past papers say a count found
    used:<class|person|unit>:<id>       what was used up by whom (entry.category: for what purpose)
    person:<id> class:<id> unit:<id>    durable goods in custody
    loan:<person id>                    what is lent
    transit:stores                      on the way between two stores
    lost:<loss|damage|expiry|transit>

Counting is done by the domain of stocktakes; batches follow what it posts (``following``).

Entry kinds
    stores.item_set, stores.quota_set, stores.opened
    stores.arrived, stores.received (category: source), stores.turned_away
    stores.requested, stores.approved, stores.rejected, stores.picked, stores.countersigned, stores.issued and
    stores.issued_directly (category: purpose), stores.signed, stores.returned, stores.closed_short, stores.withdrawn
    stores.custody_returned, stores.custody_handed
    stores.loss_proposed, stores.written_off (category: loss, damage, expiry), stores.loss_rejected
    stores.sent, stores.delivered
    stores.kit_set, stores.kit_removed, stores.planned, stores.distributed, stores.distribution_signed
    stores.loan_requested, stores.loan_approved, stores.loan_rejected, stores.lent, stores.lent_directly,
    stores.loan_part_returned,
    stores.loan_returned (category: condition), stores.loan_chased
    stores.reservable_set, stores.reserved, stores.reservation_cancelled
    stores.reorder_checked (items, below_minimum), stores.expiry_checked (batches, expired), stores.loans_chased (loans)
"""
