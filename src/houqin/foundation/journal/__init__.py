"""The journal 登記: what happened, when, where, by whom and why; what moved from where to where; what it counts for.

Words
    entry       登記      one thing that happened; a row that never changes
    line        明細      what moved: a quantity of a commodity from a source account to a target account
    measure     計數      a whole number that moves nothing: pupils reached, minutes, copies signed
    account     科目      one end of a line: a store, a room, a person's hands, "used by repairs", the world outside
    commodity   品目      what moves: an item, an asset card, 分
    balance     結存      how much of a commodity an account holds now
    closing     結賬      the end of a month: its balances and its cube are stored and it takes no more entries
    cube        匯總      entries, measures and lines of a period, grouped

Only :mod:`houqin.foundation.journal.writer` writes these tables; only actions call it.
"""
