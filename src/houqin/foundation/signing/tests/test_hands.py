"""What somebody signs with: a drawn signature, a stamp kept once, the button alone. The picture never changes afterwards."""

from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from PIL import Image, ImageDraw

from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing import hand
from houqin.foundation.signing.actions import keep_stamp, remove_stamp
from houqin.foundation.signing.attachments import path_of
from houqin.foundation.signing.ink import LARGEST_DRAWING
from houqin.foundation.signing.models import Signature, Stamp
from houqin.foundation.signing.papers import whole_papers

from .paper import Voucher, approve, draw_up, witness


@pytest.fixture(autouse=True)
def _own_attachments(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "attachments")


@pytest.fixture
def voucher(cast):
    entry = draw_up(cast.zhao, amount="12.50", purpose="粉筆")
    return Voucher.objects.get(pk=entry.document_id)


def picture(*, ink=True, size=(600, 240)):
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(image).line([(100, 60), (300, 180), (400, 70)], fill=(20, 20, 60, 255), width=6)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def address_of(content):
    return "data:image/png;base64," + b64encode(content).decode()


def photo(*, background=(225, 220, 205), ink=(170, 30, 30), name="名章.jpg"):
    image = Image.new("RGB", (1200, 900), background)
    ImageDraw.Draw(image).rectangle([(400, 300), (640, 420)], outline=ink, width=14)
    content = BytesIO()
    image.save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def test_a_drawn_signature_stands_with_the_digest_of_paper_and_picture(cast, voucher):
    with hand.by_hand(hand.drawn(cast.wang, address_of(picture()))):
        witness(cast.wang, document=voucher.pk)

    voucher.refresh_from_db()
    signature = Signature.objects.get()
    content = path_of(signature.image).read_bytes()
    assert (signature.manner, signature.person, signature.digest) == (
        "drawn",
        cast.wang,
        whole_papers([voucher])[voucher.pk].digest,
    )
    assert sha256(content).hexdigest() == signature.image
    with Image.open(BytesIO(content)) as image:
        # Cut to the ink, nothing behind it.
        assert (image.format, image.width < 320, image.height < 140) == ("PNG", True, True)
        assert image.getpixel((0, image.height - 1))[3] == 0


def test_the_button_alone_signs_without_a_picture(cast, voucher):
    witness(cast.wang, document=voucher.pk)

    assert [(one.manner, one.image) for one in Signature.objects.all()] == [("button", "")]


def test_a_hand_signs_for_its_own_person_only(cast, voucher):
    with hand.by_hand(hand.drawn(cast.li, address_of(picture()))):
        witness(cast.wang, document=voucher.pk)

    assert [(one.person, one.manner, one.image) for one in Signature.objects.all()] == [(cast.wang, "button", "")]


def test_a_hand_does_not_loosen_the_separation_of_duties(cast, voucher):
    keep_stamp(cast.zhao, drawing=address_of(picture()))

    with pytest.raises(Denied, match="不能是同一個人"), hand.by_hand(hand.stamped(cast.zhao)):
        witness(cast.zhao, document=voucher.pk)

    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        ("", "沒有收到簽名"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "沒有收到簽名"),
        ("data:image/png;base64,!!!", "沒有收到簽名"),
        ("data:image/png;base64," + b64encode(b"<script>").decode(), "沒有收到簽名"),
        (address_of(picture(ink=False)), "還沒有簽名"),
        ("data:image/png;base64," + "A" * (LARGEST_DRAWING * 2), "超過 60 kB"),
    ],
)
def test_what_is_no_signature_is_refused(cast, drawing, why):
    with pytest.raises(Refused, match=why):
        hand.drawn(cast.wang, drawing)


def test_a_stamp_is_kept_once_and_used_with_one_tap(cast, voucher):
    keep_stamp.perform(cast.wang, {}, files={"file": photo()})
    stamp = Stamp.objects.get()

    with hand.by_hand(hand.stamped(cast.wang)):
        witness(cast.wang, document=voucher.pk)

    signature = Signature.objects.get()
    assert (signature.manner, signature.image, stamp.person) == ("stamp", stamp.digest, cast.wang)
    with Image.open(path_of(stamp.digest)) as image:
        # The paper is gone, the red of the seal stays.
        inked = image.convert("RGBA")
        assert inked.getpixel((inked.width // 2, inked.height // 2))[3] == 0
        red, green, blue, there = inked.getpixel((4, inked.height // 2))
        assert (red > 140, green < 80, blue < 80, there > 200) == (True, True, True, True)
    assert path_of(stamp.digest).stat().st_size <= LARGEST_DRAWING
    assert "drawing" not in Entry.objects.get(kind="signing.stamp_kept").asked


def test_a_new_stamp_takes_the_place_of_the_old_and_the_old_signature_keeps_its_picture(cast, voucher):
    keep_stamp(cast.wang, drawing=address_of(picture()))
    with hand.by_hand(hand.stamped(cast.wang)):
        witness(cast.wang, document=voucher.pk)
    first = Signature.objects.get().image

    keep_stamp.perform(cast.wang, {}, files={"file": photo()})

    assert hand.stamp_of(cast.wang).digest != first
    assert Signature.objects.get().image == first
    assert path_of(first).exists()
    assert Stamp.objects.filter(removed_at__isnull=True).count() == 1


def test_who_put_the_stamp_away_signs_with_the_button_again(cast, voucher):
    keep_stamp(cast.wang, drawing=address_of(picture()))

    remove_stamp(cast.wang)

    assert hand.stamped_or_button(cast.wang) == hand.BUTTON
    with pytest.raises(Refused, match="還沒有存簽章圖"):
        hand.stamped(cast.wang)
    with pytest.raises(Refused, match="沒有存簽章圖"):
        remove_stamp(cast.wang)


def test_a_stamp_needs_a_picture(cast):
    with pytest.raises(Refused, match="請在框裏簽一個名字"):
        keep_stamp(cast.wang)
    with pytest.raises(Refused, match="不是能看的照片"):
        keep_stamp.perform(cast.wang, {}, files={"file": SimpleUploadedFile("章.jpg", b"MZ\x90\x00 program")})

    assert not Stamp.objects.exists()


def test_the_picture_of_a_signature_is_frozen_with_it(cast, voucher):
    with hand.by_hand(hand.drawn(cast.wang, address_of(picture()))):
        witness(cast.wang, document=voucher.pk)

    for statement in (
        "UPDATE signing_signature SET image = ''",
        "UPDATE signing_signature SET manner = 'stamp'",
        "DELETE FROM signing_signature",
    ):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_changed_picture_is_found_by_the_audit(cast, voucher):
    with hand.by_hand(hand.drawn(cast.wang, address_of(picture()))):
        witness(cast.wang, document=voucher.pk)
    look = CHECKS["signing.pictures"].look
    assert list(look()) == []

    path_of(Signature.objects.get().image).write_bytes(picture(size=(500, 200)))

    assert [(one.document_kind, one.document_id) for one in look()] == [(voucher.kind, voucher.pk)]


def test_both_signatures_of_a_paper_may_differ_in_hand(cast, voucher):
    with hand.by_hand(hand.drawn(cast.wang, address_of(picture()))):
        witness(cast.wang, document=voucher.pk)
    approve(cast.li, document=voucher.pk)

    assert [(one.signs_as, one.manner) for one in Signature.objects.order_by("pk")] == [
        ("witness", "drawn"),
        ("approver", "button"),
    ]
