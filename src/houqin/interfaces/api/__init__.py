"""The API at ``/api/``: every register, every action, figures, summary, entries and documents, for other programs.

    tokens.py     what a token is worth: secret, digest, scopes
    models.py     the tokens themselves; only their digests are kept
    actions.py    giving and revoking a token
    access.py     who is calling and what they may: token or login, scopes, rate
    answers.py    every way to say yes and no, and how the document declares it
    inputs.py     an action's form as a JSON schema; a request's body as the form's input
    resources.py  a register as a resource
    verbs.py      an action as a call
    matters.py    figures, summary, entries, documents
    imports.py    a school's spreadsheets
    service.py    all of it together; urls.py its addresses

No resource is written by hand: paths, parameters, schemas and sentences come from the registries, so a new domain has its
API the moment it is installed.
"""
