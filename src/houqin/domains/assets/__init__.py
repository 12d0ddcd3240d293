"""Fixed assets 固定資產: cards, transfers between campuses, moves between rooms, custodians, disposal.

Words
    card        固定資產卡片   one thing, or a batch of like things (200 desk sets), with what it cost and who keeps it
    batch       批量卡片      a card whose quantity may lie in several places: its balances say how many where
    transfer    調撥單        a paper that sends things from one campus to another, in transit until received
    custodian   使用(保管)人   who answers for a thing
    disposal    處置          scrapping, selling, giving away or losing, with the approval it rests on

Accounts
    outside:<way>    where additions come from: bought, allocated, donated, built, surplus
    place:<place>    what a campus, building or room holds; its balance never falls below nought
    transit:<campus> what has left a place of that campus and has not been received
    disposed:<way>   what was scrapped, sold, given away or lost

Entry kinds (category; lines; measures)
    assets.added        way acquired; outside → place; value in 分
    assets.transferred  place → place on a past slip, transit → place when received; what counts as moved
    assets.sent         place → transit
    assets.lost_in_transit  transit → disposed:lost
    assets.transfer_requested, assets.transfer_approved, assets.transfer_withdrawn
    assets.moved_room   place → place on one campus
    assets.custodian_changed
    assets.disposed     way; place → disposed; value in 分

A transit account belongs to the campus that sent, so the receiving line still runs from one campus to the other.

Rules: A05, A06 (nothing is created or lost by a transfer), A08-1…3, SOD-3 and SOD-9 of the domain reference.
"""
