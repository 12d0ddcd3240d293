"""Fixed assets 固定資產: cards, transfers between campuses, moves between rooms, custodians, disposal.

Words
    card        固定資產卡片   one thing, or a batch of like things (200 desk sets), with what it cost and who keeps it
    batch       批量卡片      a card whose quantity may lie in several places: its balances say how many where
    transfer    調撥單        a paper that sends things from one campus to another, in transit until received
    custodian   使用(保管)人   who answers for a thing
    desk plan   課桌椅調配    who lacks desks and who has too many, the moves of least cost, what is still to buy
    letter      保管責任書    a room's keeper answers for a counted list, from one count to the next
    room card   一室一卡      what lies in a room, from the balances
    hand-over   移交清冊      all a person keeps goes to another before a third
    disposal    處置          scrapping, selling, giving away or losing, with the approval it rests on

Accounts
    outside:<way>    where additions come from: bought, allocated, donated, built, surplus
    arrivals:<campus>  what purchasing accepted; cards are drawn from it, into carded:assets
    place:<place>    what a campus, building or room holds; its balance never falls below nought
    transit:<campus> what has left a place of that campus and has not been received
    pending:<account>  待處理: what is missing there, on the book until its disposal is approved; counts and moves put it here too
    disposed:<way>   what was scrapped, sold, given away or lost

Entry kinds (category; lines; measures)
    assets.added        way acquired; outside → place; value in 分
    assets.taken_in     arrivals → carded, because of an acceptance; followed by an assets.added for each card
    assets.code_added, assets.code_changed, assets.code_retired, assets.codes_installed
    assets.warranties_checked   ending
    assets.separation_excused   a transfer whose steps the principal lets one person do (SOD-3)
    assets.transferred  place → place on a past slip, transit → place when received; what counts as moved
    assets.sent         place → transit
    assets.lost_in_transit  transit → pending: still on the book (A08-1)
    assets.found_again  pending → place
    assets.transfer_requested, assets.transfer_approved, assets.transfer_withdrawn
    assets.moved_room   place → place on one campus
    assets.custodian_changed
    assets.disposed     way; place → disposed; value in 分; by itself only where the past is imported
    assets.desks_planned, assets.plan_carried_out (followed by assets.moved_room and assets.transfer_requested)
    assets.letter_called → letter_counted → letter_keeper_signed → letter_signed (category class or special)
        → letter_checked → letter_closed or letter_renewed; missing pieces, compensation in 分
    assets.handover_prepared → handover_given → handover_taken → handed_over; cards, value in 分
    assets.disposal_requested → _appraised ×3 → _announced → _approved → _authorised → _carried_out (followed by
        assets.disposed) → _settled; proceeds in 分
    assets.gate_pass → pass_let_through → pass_returned

Depreciation writes no entries: it is computed for any day (depreciation.py).

A transit account belongs to the campus that sent, so the receiving line still runs from one campus to the other.

Rules: A02, A04, A05, A06 (nothing is created or lost by a transfer), A08-1…4, SOD-3 and SOD-9 of the domain reference.
"""
