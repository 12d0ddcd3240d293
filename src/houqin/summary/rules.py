"""Who may write, sign and send back a summary, and the way it goes: drafted, signed by the director, then by the head."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.rules import Rule, leaders, office, roles
from houqin.foundation.signing.routes import Route, Step

DRAFT, SUBMITTED, FROZEN, DISCARDED = "draft", "submitted", "frozen", "discarded"


def _is_author(person: Person, about: dict[str, Any]) -> bool:
    """Their own personal summary: the one on paper, or the one about to be drafted."""
    document = about.get("document")
    if document is not None:
        return document.person_id == person.pk
    return about.get("plan") == "personal" and (about.get("person") in (None, person))


author = Rule(_is_author, _("本人"))
may_write = office | leaders | author
may_submit = roles(Role.DIRECTOR) | author
may_freeze = roles(Role.PRINCIPAL, Role.VICE_PRINCIPAL) | Rule(
    lambda person, about: (
        getattr(about.get("document"), "person_id", None) is not None and person.has_role(Role.DIRECTOR)
    ),
    _("總務主任（個人總結）"),
)
may_vouch = office | leaders | roles(Role.ACCOUNTANT, Role.AUDITOR)

ROUTE = Route(
    states={DRAFT: _("草稿"), SUBMITTED: _("待審定"), FROZEN: _("已定稿"), DISCARDED: _("已作廢")},
    steps=(
        Step(DRAFT, DRAFT, "summary.edited", optional=True),
        Step(DRAFT, DRAFT, "summary.vouched", optional=True),
        Step(DRAFT, DISCARDED, "summary.discarded", optional=True),
        Step(
            DRAFT,
            SUBMITTED,
            "summary.submitted",
            signs="author",
            waits_for=(Role.DIRECTOR,),
            waits_for_field="person",
        ),
        Step(
            SUBMITTED,
            FROZEN,
            "summary.frozen",
            signs="principal",
            not_by=("summary.submitted",),
            waits_for=(Role.PRINCIPAL,),
        ),
        Step(SUBMITTED, DRAFT, "summary.returned", optional=True),
    ),
    final=(FROZEN, DISCARDED),
)
