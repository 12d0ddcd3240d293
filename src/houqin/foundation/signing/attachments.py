"""Photos and files of documents: what is taken, how it is kept.

The content lies under ``MEDIA_ROOT`` by its SHA-256, so the same photo twice is one file and a changed file is another.
Photos are turned upright, made no larger than a screen needs, and lose what the camera wrote about where they were taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.vouching import add_rows
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person

from .models import Attachment, Document, Signature, Stamp

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
LONGEST_SIDE = 2000
SMALL_SIDE = 480
MOST_PIXELS = 60_000_000
PHOTO_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# What a file must begin with to be what its name says; nothing a browser would run.
FILE_TYPES = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    ".xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    ".mp4": ("video/mp4", (b"\x00\x00\x00",)),
}
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
# With the media types a phone offers its camera; the endings are for who looks for a file.
ACCEPT = ",".join((*PHOTO_TYPES.values(), *PHOTO_SUFFIXES, *FILE_TYPES))
PHOTOS = ",".join((*PHOTO_TYPES.values(), *PHOTO_SUFFIXES))
TICKETS = "houqin.attachment"
TICKETS_LAST = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """A file taken in: where its content lies and what it is."""

    name: str
    digest: str
    size: int
    media_type: str


def keep(upload: Any) -> Kept:
    """Check an uploaded file and store its content. Refuses what is too large, of another kind, or not what it says."""
    name = Path(str(upload.name)).name[-200:]
    suffix = Path(name).suffix.lower()
    if upload.size > LARGEST:
        raise Refused(
            _("「%(name)s」有 %(size)s MB，最多 20 MB。請壓縮或分開上傳。")
            % {"name": name, "size": upload.size // MEGABYTE},
            field="file",
        )
    content = upload.read()
    if not content:
        raise Refused(_("「%(name)s」是空的。") % {"name": name}, field="file")
    if suffix in PHOTO_SUFFIXES:
        content, media_type = _photo(content, name=name)
    elif suffix in FILE_TYPES:
        media_type, beginnings = FILE_TYPES[suffix]
        if not content.startswith(beginnings):
            raise Refused(_("「%(name)s」的內容和副檔名不符。請重新存一次再上傳。") % {"name": name}, field="file")
    else:
        raise Refused(
            _("不收「%(suffix)s」這種檔案。可以上傳照片、PDF、Word、Excel 和 MP4。") % {"suffix": suffix or name},
            field="file",
        )
    return Kept(name, keep_content(content), len(content), media_type)


def keep_content(content: bytes) -> str:
    """Store ``content`` under its SHA-256, once; returns that digest."""
    digest = sha256(content).hexdigest()
    path = path_of(digest)
    if not is_whole(digest):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two who send the same photo at the same moment write two halves.
        half = path.with_name(f"{digest}.{uuid4().hex[:8]}.part")
        half.write_bytes(content)
        half.replace(path)
    return digest


def _photo(content: bytes, *, name: str) -> tuple[bytes, str]:
    try:
        with Image.open(BytesIO(content), formats=tuple(PHOTO_TYPES)) as image:
            kind = image.format or "JPEG"
            if image.width * image.height > MOST_PIXELS:
                raise Refused(_("「%(name)s」的像素太多，請縮小後再上傳。") % {"name": name}, field="file")
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if kind == "JPEG" and upright.mode not in {"RGB", "L"}:
                upright = upright.convert("RGB")
            out = BytesIO()
            upright.save(out, kind, **({"quality": 85, "optimize": True} if kind == "JPEG" else {}))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Refused(
            _("「%(name)s」不是能看的照片。請重新拍一張，或另存為 JPG。") % {"name": name}, field="file"
        ) from error
    return out.getvalue(), PHOTO_TYPES[kind]


def path_of(digest: str, *, root: Path | None = None) -> Path:
    """Where the content of that digest lies."""
    return (root or Path(settings.MEDIA_ROOT)) / digest[:2] / digest


def is_whole(digest: str, *, root: Path | None = None) -> bool:
    """Whether the content of that digest is there and is what was stored; under ``root`` instead of our own folder."""
    path = path_of(digest, root=root)
    try:
        with path.open("rb") as file:
            return file_digest(file, sha256).hexdigest() == digest
    except FileNotFoundError:
        return False


def damaged(*, root: Path | None = None, using: str = DEFAULT_DB_ALIAS) -> tuple[list[str], list[str]]:
    """The digests of the contents the book names that are missing, and of those that are not what was stored."""
    named = set[str]()
    for rows in (
        Attachment.objects.using(using).values_list("digest", flat=True),
        Stamp.objects.using(using).values_list("digest", flat=True),
        Signature.objects.using(using).exclude(image="").values_list("image", flat=True),
    ):
        named.update(rows.distinct().iterator())
    bad = [digest for digest in sorted(named) if not is_whole(digest, root=root)]
    missing = [digest for digest in bad if not path_of(digest, root=root).exists()]
    return missing, [digest for digest in bad if digest not in missing]


def is_photo(media_type: str) -> bool:
    return media_type in PHOTO_TYPES.values()


def small_path_of(digest: str) -> Path:
    """Where a photo lies as a list shows it, made when it is first asked for; the photo itself where that cannot be."""
    path = path_of(digest)
    small = path.with_name(f"{digest}.small")
    if small.exists() or not path.exists():
        return small
    try:
        with Image.open(path, formats=tuple(PHOTO_TYPES)) as image:
            image.thumbnail((SMALL_SIDE, SMALL_SIDE))
            half = path.with_name(f"{digest}.{uuid4().hex[:8]}.part")
            image.save(half, image.format or "JPEG")
    except (UnidentifiedImageError, OSError):
        return path
    half.replace(small)
    return small


def ticket(kept: Kept, *, person: Person) -> str:
    """A receipt for a file already taken in, so that it need not be sent twice: a form was refused for another reason.

    Good for a day and for that person alone.
    """
    return signing.dumps([person.pk, kept.name, kept.digest, kept.size, kept.media_type], salt=TICKETS, compress=True)


def redeem(ticket: str, *, person: Person) -> Kept:
    """The file a :func:`ticket` stands for. Refuses one of somebody else, an old one, and one we never gave."""
    try:
        owner, name, digest, size, media_type = signing.loads(ticket, salt=TICKETS, max_age=TICKETS_LAST)
    except signing.BadSignature as error:
        raise Refused(_("這張照片要重新選一次。"), field="file") from error
    if owner != person.pk or not path_of(digest).exists():
        raise Refused(_("這張照片要重新選一次。"), field="file")
    return Kept(name, digest, size, media_type)


def attach(entry: Draft, document: Document, upload: Any) -> None:
    """Hang a photo or file, just uploaded or already :class:`Kept`, on ``document``, which may be new in this very action."""
    kept = upload if isinstance(upload, Kept) else keep(upload)
    entry.unit.after_creations(
        lambda: add_rows(
            [
                Attachment(
                    document_kind=document.kind,
                    document_id=document.pk,
                    name=kept.name,
                    media_type=kept.media_type,
                    size=kept.size,
                    digest=kept.digest,
                    added_by=entry.by,
                    added_at=entry.unit.now,
                )
            ]
        )
    )
