"""Stocktakes 盤點: what the book says against what is there, and the count before and after a move (D04, A09).

Words
    stocktake     盤點        one count of a campus, of a place and all in it, of a store, or of what a person keeps
    line          盤點行      one commodity in one account: what the book expects, what was counted, what becomes of it
    tally         點數        what one counter counted of a line; several counters' tallies add up
    frozen        凍結        the expected list, as of an entry number; what moves afterwards is added by its own number
    recount       複盤        a second person counts again what differs
    keeper        保管員      who answers for what is counted; never leads the count of it (SOD-5, D04-4)
    minutes       盤點記錄    the frozen rows everybody signs: counter, witness, keeper, head
    move          搬遷        boxes and vans with what is in them, counted onto the van and off it

A stocktake counts any account of the journal that holds things — places with assets, stores with goods, persons with
what they keep — because (account, commodity) is a noun all domains share. It knows no card and no batch.

Accounts
    loss:<reason>    what a count or a move found missing
    found:<reason>   what a count found that the book did not have (its balance falls below nought)

Entry kinds (category is the scope: store, assets, keeper)
    stocktakes.drafted, stocktakes.frozen (due), stocktakes.tallied, stocktakes.scanned, stocktakes.unexpected_told,
    stocktakes.count_closed (counted, differing), stocktakes.recounted, stocktakes.recount_closed, stocktakes.explained,
    stocktakes.decided, stocktakes.abandoned
    stocktakes.counted   the one that posts. Measures: counted, matched and unexpected in lines of the sheet; missing,
                         found, elsewhere and kept in pieces; missing_value and found_value in 分
    stocktakes.minutes_signed
    stocktakes.move_opened, stocktakes.boxed, stocktakes.loaded, stocktakes.load_closed, stocktakes.unloaded,
    stocktakes.unload_closed, stocktakes.moved (loaded, missing, broken in pieces), stocktakes.move_checked
    (missing_after, recounted), stocktakes.move_abandoned
    stocktakes.row_recorded   a further row of a sheet of the past, whose first row is a stocktakes.counted
"""
