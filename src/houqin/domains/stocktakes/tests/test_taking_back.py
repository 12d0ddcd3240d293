"""A count posted by mistake is voided by another leader: the book stands as before, and sheet and state say so."""

import pytest

from houqin.domains.stocktakes import actions
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.actions import take_back


def test_a_posted_count_is_voided_by_another_leader_and_the_book_stands_as_before(scene):
    sheet = scene.posted({"粉筆 白色": 8, "膠帶": 4})
    assert scene.held(scene.shelf, scene.chalk) == 8

    entry = Entry.objects.get(kind="stocktakes.counted", sign=1)
    with pytest.raises(Refused, match="請在單上用「作廢盤點」"):
        take_back(scene.cast.li, entry_number=entry.number, reason="數錯了")
    with pytest.raises(Denied, match="另一個人"):
        actions.void(scene.cast.li, document=sheet.pk, reason="數錯了")
    actions.void(scene.cast.principal, document=sheet.pk, reason="數錯了")

    assert (scene.read(sheet).state, scene.held(scene.shelf, scene.chalk)) == ("void", 10)
    assert scene.worth(scene.shelf, scene.chalk) == 3_500
