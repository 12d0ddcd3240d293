"""What people say about a paper, on its page: say it, take it back, see that one was asked; and whom one may ask."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.comments import who_may_be_mentioned
from houqin.foundation.signing.models import Comment
from houqin.foundation.signing.reading import find_document, may_read

from ..access import Request, page
from ..writing import in_the_books_language, spoken
from .account import back
from .documents import document_for, shown_document


@page(methods=("POST",))
def say(request: Request, kind: str, key: int) -> HttpResponse:
    """Say something about this paper; what was typed stays when it is refused."""
    found = document_for(request.person, kind, key)
    data = {"document_kind": kind, "document_key": str(key), "text": request.POST.get("text", "")}
    once = f"web:{request.person.pk}:{request.POST.get('once', '')}"[:128] if request.POST.get("once") else None
    try:
        with in_the_books_language():
            ACTIONS["documents.commented"].perform(request.person, data, once=once, via="web")
    except Refused as refused:
        return shown_document(request, found, typed=data["text"], refusal=spoken(refused))
    return HttpResponseRedirect(reverse("document", args=[kind, key]) + "#comments")


@page(methods=("POST",))
def withdraw(request: Request, key: int) -> HttpResponse:
    """Take one's own comment back."""
    return _about(request, key, "documents.comment_withdrawn", _("留言已經撤回，文字已經刪去。"))


@page(methods=("POST",))
def seen(request: Request, key: int) -> HttpResponse:
    """Say that one has seen what one was asked."""
    return _about(request, key, "documents.mention_seen", "")


def _about(request: Request, key: int, kind: str, done: str) -> HttpResponse:
    comment = Comment.objects.filter(pk=key).first()
    if comment is None:
        raise Http404
    document = find_document(comment.document_kind, comment.document_id)
    if document is None or not may_read(request.person, document):
        raise Denied(_("這張單只給經手的人和總務處看。"))
    try:
        with in_the_books_language():
            ACTIONS[kind].perform(request.person, {"comment": str(key)}, via="web")
        if done:
            messages.success(request, done)
    except Denied:
        raise
    except Refused as refused:
        messages.error(request, spoken(refused))
    otherwise = reverse("document", args=[document.kind, document.pk]) + "#comments"
    return HttpResponseRedirect(back(request, otherwise=otherwise))


@page()
def people(request: Request, kind: str, key: int) -> HttpResponse:
    """People who may read this paper and whose name holds what was typed after the @."""
    found = document_for(request.person, kind, key)
    typed = (request.GET.get("q") or "")[:40]
    suggested = who_may_be_mentioned(found, typed=typed, by=request.person)
    return render(request, "web/document_people.html", {"suggested": suggested})
