"""Repairs 報修: a fault is reported, somebody is sent, it is mended, and whoever reported it says so (domain reference R01).

Words
    work order      報修單      one fault at one place, from the report to the end of the matter
    job             維修內容    what kind of work it was: lamp, valve_tap, drain, door, window, desk, odd … (vocabulary repairs.job)
    material        更換材料    what was used up: taps, tubes
    mended          修好        the thing that is whole again, counted: 門 in 張, 窗戶 in 頁
    silence         逾期未驗收  nobody answered for seven days: taken as accepted

Accounts
    outside:materials → used:repairs     material bought for the job
    store:<place>     → used:repairs     material taken from stock
    faulty:things     → mended:things    doors, windows: what was mended

Entry kinds
    repairs.reported        category: 水電木… (water, electric, …)
    repairs.accepted, repairs.dispatched, repairs.waiting
    repairs.completed       category: the job; measures material_cost (分), work_minutes, late or on_time, man_made; lines above
    repairs.confirmed       category: satisfaction, or "silence"; measure self_accepted where the repairer accepted his own work
    repairs.reopened, repairs.withdrawn, repairs.closed
    repairs.voided          entered by mistake; everything written about the order is reversed
    repairs.hazard_flagged  the fault endangers people; the order cannot be closed before the hazard is
    repairs.amended         a paper came again with more filled in
"""
