"""The pictures of signatures, for whoever may read the paper they stand on; and one's own stamp."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.attachments import PHOTOS, path_of
from houqin.foundation.signing.hand import stamp_of
from houqin.foundation.signing.ink import DRAWN
from houqin.foundation.signing.models import Signature, Stamp
from houqin.foundation.signing.reading import find_document, may_read

from ..access import Request, page
from ..writing import in_the_books_language, spoken
from .account import back


def has_picture(signature: Signature) -> bool:
    """Whether something was drawn or stamped: a picture of ours, or one a domain's own form took."""
    return bool(signature.image) or signature.drawing.startswith(DRAWN)


@page()
def picture(request: Request, key: int) -> HttpResponse:
    """The picture of a signature, to whoever may read the paper it stands on."""
    signature = Signature.objects.filter(pk=key).first()
    if signature is None or not has_picture(signature):
        raise Http404
    document = find_document(signature.document_kind, signature.document_id)
    if document is None or not may_read(request.person, document):
        raise Denied(_("這張單只給經手的人和總務處看。"))
    return _png(_drawing(signature.drawing) if not signature.image else _content(signature.image))


@page()
def own_picture(request: Request) -> HttpResponse:
    """One's own stamp; nobody else's."""
    stamp = stamp_of(request.person)
    if stamp is None:
        raise Http404
    response = _png(_content(stamp.digest))
    # The address stays when the stamp is exchanged.
    response["Cache-Control"] = "private, no-cache"
    return response


def _content(digest: str) -> bytes:
    path = path_of(digest)
    content = path.read_bytes() if path.exists() else b""
    if sha256(content).hexdigest() != digest:
        # A picture that was exchanged is not shown as a signature.
        raise Http404
    return content


def _drawing(address: str) -> bytes:
    try:
        return b64decode(address.removeprefix(DRAWN), validate=True)
    except NotBase64 as error:
        raise Http404 from error


def _png(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@page(methods=("GET", "HEAD", "POST"))
def stamp(request: Request) -> HttpResponse:
    """Draw or upload one's own signature once, to sign with one tap from now on."""
    refusal = ""
    if request.method == "POST":
        kind = "signing.stamp_removed" if request.POST.get("remove") else "signing.stamp_kept"
        try:
            with in_the_books_language():
                ACTIONS[kind].perform(request.person, request.POST, files=request.FILES, via="web")
        except Refused as refused:
            refusal = spoken(refused)
        else:
            said = (
                _("簽章圖已經收起來。") if kind == "signing.stamp_removed" else _("簽章圖已經存好，以後按一下就能簽。")
            )
            messages.success(request, said)
            return HttpResponseRedirect(back(request, otherwise=reverse("stamp")))
    facts = {
        "stamp": stamp_of(request.person),
        "earlier": Stamp.objects.filter(person=request.person, removed_at__isnull=False).count(),
        "refusal": refusal,
        "photo_types": PHOTOS,
        "next": back(request, otherwise=""),
        "drawn": request.POST.get("drawing", ""),
    }
    return render(request, "web/document_stamp.html", facts, status=422 if refusal else 200)
