"""Every write of stocktakes and moves, as a verb.

counting    drafted, frozen, counted by several, counted again by a second person
settling    explained, decided, posted in one entry, signed
moving      boxed, onto the van, off the van, posted
"""

from .counting import (
    abandon,
    close_count,
    close_recount,
    count_one,
    draft,
    freeze,
    recount,
    scan,
    tally,
    tell_unexpected,
    type_sheet,
)
from .moving import (
    abandon_move,
    box,
    check_move,
    close_load,
    close_unload,
    import_move,
    load,
    open_move,
    post_move,
    unload,
)
from .settling import decide, explain, post, sign_minutes, void

__all__ = [
    "abandon", "abandon_move", "box", "check_move", "close_count", "close_load", "close_recount", "close_unload", "count_one", "decide", "draft",
    "explain", "freeze", "import_move", "load", "open_move", "post", "post_move", "recount", "scan", "sign_minutes", "tally",
    "tell_unexpected", "type_sheet", "unload", "void",
]  # fmt: skip
