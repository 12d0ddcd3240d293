"""Pages written by hand: what a register or a tabulation cannot say (a gate board, a roll call, a scan).

    @page("gate.board", title=_("門崗"), icon="door-enter", group=_("門崗"), readers=roles("guard"), methods=("GET", "POST"))
    def board(request, rest=""):
        return render(request, "gate/board.html", {...})

Its address is ``/pages/gate.board/`` and, with ``rest``, everything below. The web checks the rule and the method before
the view is called; ``request.person`` is who asks (None on a page for everyone). Templates extend ``web/base.html``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase

from houqin.foundation.org.rules import Rule, anyone
from houqin.kit.registry import Registry

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class HandPage:
    """A hand-written page. ``on_phone`` puts it among the first things of a phone; ``in_menu`` in the menu of its group."""

    name: str
    title: Any
    view: View
    readers: Rule = anyone
    group: Any = ""
    icon: str = "file"
    about: Any = ""
    methods: tuple[str, ...] = ("GET", "HEAD")
    in_menu: bool = True
    on_phone: bool = False

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]


PAGES: Registry[HandPage] = Registry("page")


def page(name: str, **facts: Any) -> Callable[[View], View]:
    """Declare a hand-written page over its view; see the module."""

    def declare(view: View) -> View:
        PAGES.add(name, HandPage(name=name, view=view, **facts))
        return view

    return declare
