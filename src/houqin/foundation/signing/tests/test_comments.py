"""Comments on a paper: who may, whom they mention, what the journal keeps of them."""

import json

import pytest

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing import comments
from houqin.foundation.signing.actions import see_mention, withdraw_comment, write_comment
from houqin.foundation.signing.models import Comment, CommentMention

from .paper import Voucher, draw_up, witness


@pytest.fixture
def voucher(cast):
    """Waits for the storekeeper (Wang) or the director (Li); Zhao drew it up."""
    entry = draw_up(cast.zhao, amount="12.50", purpose="粉筆")
    return Voucher.objects.get(pk=entry.document_id)


def say(person, voucher, text):
    write_comment(person, document_kind=voucher.kind, document_key=voucher.pk, text=text)
    return Comment.objects.latest("pk")


def test_a_comment_is_said_and_its_text_is_not_in_the_journal(cast, voucher):
    comment = say(cast.zhao, voucher, "三班張小明的桌子也壞了")

    entry = Entry.objects.get(kind="documents.commented")
    assert [(one.by, one.text) for one in comments.comments_of(voucher)] == [(cast.zhao, "三班張小明的桌子也壞了")]
    assert (entry.document_kind, entry.document_id, entry.by) == (voucher.kind, voucher.pk, cast.zhao)
    assert json.loads(entry.asked) == {"attached_to": voucher.pk, "comment": comment.pk}


def test_a_stranger_says_nothing_about_a_paper_they_may_not_read(cast, voucher):
    with pytest.raises(Denied, match="看得到這張單的人"):
        say(cast.chen, voucher, "我也看看")

    assert not Comment.objects.exists()


def test_a_mention_waits_for_its_person_until_they_do_something_with_the_paper(cast, voucher):
    told = []
    comments.on_mention(told.append)
    try:
        say(cast.zhao, voucher, "請@王保管看一下，數量對不對")
    finally:
        comments._listeners.remove(told.append)

    waiting = comments.mentions_waiting(cast.wang).get()
    assert [one.person for one in told] == [cast.wang]
    assert (waiting.comment.by, waiting.comment.title) == (cast.zhao, voucher.title())
    assert not comments.mentions_waiting(cast.li).exists()

    witness(cast.wang, document=voucher.pk)

    assert not comments.mentions_waiting(cast.wang).exists()


def test_whoever_is_mentioned_says_so_when_they_have_seen_it(cast, voucher):
    comment = say(cast.zhao, voucher, "@王保管 請看")

    with pytest.raises(Denied, match="被提到的本人"):
        see_mention(cast.li, comment=comment.pk)
    see_mention(cast.wang, comment=comment.pk)

    assert CommentMention.objects.get().seen_at is not None
    assert not comments.mentions_waiting(cast.wang).exists()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@王保管 請看", ["王保管"]),
        ("請＠王保管看，@李主任也看", ["王保管", "李主任"]),
        ("@王保管 @王保管", ["王保管"]),
        ("寫信到 wang@example.com", []),
        ("我自己@趙老師", []),
    ],
)
def test_a_name_after_the_sign_is_found_whatever_follows_it(cast, voucher, text, names):
    assert [str(person) for person in comments.mentioned(text, document=voucher, by=cast.zhao)] == names


def test_a_name_nobody_bears_is_refused(cast, voucher):
    with pytest.raises(Refused, match="找不到「@王某某看看」這個人"):
        say(cast.zhao, voucher, "@王某某看看 吧")

    assert not Comment.objects.exists()


def test_whoever_may_not_read_the_paper_is_not_mentioned_on_it(cast, voucher):
    with pytest.raises(Refused, match="陳師傅看不到這張單"):
        say(cast.zhao, voucher, "@陳師傅 來修")

    assert not Comment.objects.exists()


def test_only_those_who_may_read_the_paper_are_suggested(cast, voucher):
    assert comments.who_may_be_mentioned(voucher, typed="王", by=cast.zhao) == [cast.wang]
    assert comments.who_may_be_mentioned(voucher, typed="陳", by=cast.zhao) == []


def test_the_author_withdraws_and_the_text_is_gone(cast, voucher):
    comment = say(cast.zhao, voucher, "@王保管 張小明家長電話一三八")

    with pytest.raises(Denied, match="留言的本人"):
        withdraw_comment(cast.li, comment=comment.pk)
    withdraw_comment(cast.zhao, comment=comment.pk)

    comment.refresh_from_db()
    assert (comment.text, comment.withdrawn_at is not None) == ("", True)
    assert not comments.mentions_waiting(cast.wang).exists()
    with pytest.raises(Refused, match="已經撤回"):
        withdraw_comment(cast.zhao, comment=comment.pk)


def test_the_parts_of_a_comment_mark_whom_it_mentions(cast, voucher):
    comment = say(cast.zhao, voucher, "請@王保管看一下")

    assert [(one.text, one.is_mention) for one in comments.parts_of(comment)] == [
        ("請", False),
        ("@王保管", True),
        ("看一下", False),
    ]
