"""Which verbs are about which papers: one at a time on a paper's page, many at once from its register."""

from __future__ import annotations

from django import forms

from houqin.foundation.journal.actions import ACTIONS, Action, can
from houqin.foundation.org.fields import ReferenceField, SeveralField
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Register
from houqin.foundation.signing.models import Document


def takes(verb: Action, model: type[Document]) -> bool:
    """Whether this action is about this kind of paper."""
    one = verb.form.base_fields.get("document")
    if one is None or verb.hidden:
        return False
    asked = getattr(one, "model", None) or getattr(getattr(one, "queryset", None), "model", None)
    return asked is model if asked is not None else verb.domain == model.kind.partition(".")[0]


def fields_for(verb: Action, paper: Document) -> dict[str, str]:
    """Of a verb that is about several papers or names them under a word of its own: the field for this one, filled in."""
    for name, one in verb.form.base_fields.items():
        each = one.each if isinstance(one, SeveralField) else one
        if isinstance(each, ReferenceField) and (written := each.for_paper(paper)):
            return {name: written}
    return {}


def papers_of(register: Register, *, person: Person) -> type[Document] | None:
    """The kind of paper a row of this register *is*; None where a row only opens one (the lines of an order)."""
    model = register.document
    if model is None or not issubclass(model, Document) or register.rows(person).model is not model:
        return None
    return model


def sources_of(verb: Action, model: type[Document]) -> frozenset[str]:
    """The states of a paper from which the verb goes on; empty where it is not bound to a state."""
    route = model.route()
    steps = route.steps if route else ()
    return frozenset(state for step in steps if step.kind == verb.kind for state in step.sources())


def verbs_for_many(person: Person, register: Register) -> list[Action]:
    """What this person may do with several rows of a register at once.

    Everything that can be done with one, except what needs a file: a photo of one repair is not that of another.
    """
    model = papers_of(register, person=person)
    if model is None:
        return []
    return [
        verb
        for verb in ACTIONS
        if takes(verb, model)
        and can(person, verb)
        and not any(isinstance(one, forms.FileField) and one.required for one in verb.form.base_fields.values())
    ]
