"""Tokens: what a QR code on a door or a thing says, and what may be done where it is scanned.

Words
    token     標籤碼   twenty characters nobody can guess; live until revoked; at most one live token a thing
    label     標籤     the token printed as a QR code, with the school, the name, the number and the room
    thing     實物     what a token stands on: a place, an asset card, any kind declared with ``thing_kind``
    offer     可辦     what can be done at a thing, said by the domains with ``@scanned``
    stranger  掃碼的人  whoever scans without a login; what they report is written by one person of the system

Entry kinds
    tokens.issued     measure tokens: how many things got one
    tokens.replaced   a label was lost or copied: the old token is dead, a new one lives
    tokens.revoked    the label says nothing any more
"""
