"""The pages: server-rendered, readable and writable without JavaScript, htmx for fragments of the same URL.

    access.py        who may open a page: every view declares its rule, the rest is refused
    middleware.py    language, person, deny by default, and how a refusal looks
    navigation.py    what stands around every page
    listing.py       a register as rows of plain values
    forms.py         an action's form as fields to draw
    words.py         what kinds of entries, measures and states are called on screen
    pages/           one module per page
    templates/web/   one template per page; `_fragment.html` is included by its page and returned alone to htmx

No page names a domain: registers, actions, documents and figures come from their registries.
"""
