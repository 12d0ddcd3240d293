"""The picture of a signature: what a finger drew, or a photo of a signature or name stamp on paper.

Kept as a small PNG of ink on nothing, cut to the ink, so that it lies on any paper and prints like any other.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from houqin.foundation.journal.refused import Refused

from .attachments import LARGEST, MOST_PIXELS

LARGEST_DRAWING = 60 * 1024
DRAWN = "data:image/png;base64,"
LONGEST_ADDRESS = len(DRAWN) + LARGEST_DRAWING * 4 // 3 + 8
# Twice what a list shows and what is printed 4 cm wide.
WIDEST, TALLEST = 600, 240
# Fewer inked points than this in a pad of some 600 × 240 are a slip of the finger.
LEAST_INK = 60
# How much darker than the paper around it a point of a photo must be to be ink.
PAPER_GRAIN = 28


def drawn_ink(drawing: str) -> bytes:
    """The PNG of a signature drawn on a screen, from its data address. Refuses what is no drawing, empty or above 60 kB."""
    if not drawing.startswith(DRAWN):
        raise Refused(_("沒有收到簽名。請在框裏再簽一次，或改按按鈕來簽。"))
    if len(drawing) > LONGEST_ADDRESS:
        raise Refused(_("簽名圖超過 60 kB。請清除後簽得簡單一些。"))
    try:
        content = b64decode(drawing.removeprefix(DRAWN), validate=True)
        with Image.open(BytesIO(content), formats=("PNG",)) as image:
            if image.width * image.height > MOST_PIXELS // 10:
                raise Refused(_("簽名圖超過 60 kB。請清除後簽得簡單一些。"))
            return _cut(_on_nothing(image))
    except (NotBase64, UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Refused(_("沒有收到簽名。請在框裏再簽一次，或改按按鈕來簽。")) from error


def photographed_ink(upload: Any) -> bytes:
    """The PNG of a signature or stamp from a photo or picture file: the paper is taken away, the ink keeps its colour."""
    if upload.size > LARGEST:
        raise Refused(_("「%(name)s」太大，最多 20 MB。") % {"name": upload.name}, field="file")
    try:
        with Image.open(BytesIO(upload.read()), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused(_("「%(name)s」的像素太多，請縮小後再上傳。") % {"name": upload.name}, field="file")
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((1600, 1600))
            return _cut(_on_nothing(upright))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Refused(
            _("「%(name)s」不是能看的照片。請重新拍一張，或另存為 JPG。") % {"name": upload.name}, field="file"
        ) from error


def _on_nothing(image: Image.Image) -> Image.Image:
    """The ink alone: as it is where the picture has nothing behind it, else whatever is darker than the paper around."""
    coloured = image.convert("RGBA")
    behind, _most = coloured.getchannel("A").getextrema()
    if behind == 0:
        return coloured
    grey = coloured.convert("L")
    around = grey.filter(ImageFilter.GaussianBlur(max(grey.size) / 8))
    darker = ImageChops.subtract(around, grey)
    coloured.putalpha(
        darker.point([0 if one < PAPER_GRAIN else min(255, (one - PAPER_GRAIN) * 4) for one in range(256)])
    )
    return coloured


def _cut(ink: Image.Image) -> bytes:
    inked = ink.getchannel("A").point([0] * 48 + [255] * 208)
    box = inked.getbbox()
    if box is None or inked.histogram()[255] < LEAST_INK:
        raise Refused(_("框裏還沒有簽名。請用手指或筆寫上名字。"))
    cut = ink.crop(box)
    cut.thumbnail((WIDEST, TALLEST))
    out = BytesIO()
    cut.save(out, "PNG", optimize=True)
    if out.tell() > LARGEST_DRAWING:
        # A photo's shades are more than a signature needs.
        out = BytesIO()
        cut.quantize(32, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()
