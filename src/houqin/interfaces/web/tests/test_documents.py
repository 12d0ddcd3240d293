"""A paper's page: its state, its steps, its signatures, what hangs on it. Shown with the summary, which is a paper too."""

from base64 import b64encode
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Entry
from houqin.foundation.signing.attachments import keep, path_of
from houqin.foundation.signing.attachments import ticket as give_ticket
from houqin.foundation.signing.hand import stamp_of
from houqin.foundation.signing.models import DOCUMENTS, Attachment, Comment, Signature, Task
from houqin.summary.models import Summary


def text(answer):
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _own_attachments(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "attachments")


@pytest.fixture
def draft(cast):
    """A personal summary of Lin, who alone writes it."""
    ACTIONS["summary.drafted"](cast.lin, plan="personal", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30))
    return Summary.objects.get()


def address(document, *more):
    return "/".join(["/documents", document.kind, str(document.pk), *more]) + "/"


def photo(*, size=(3000, 1500)):
    content = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "secret place"
    Image.new("RGB", size, "green").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("操場.jpg", content.getvalue(), content_type="image/jpeg")


def test_a_paper_shows_where_it_stands_what_comes_next_and_who(login, cast, draft):
    page = text(login(cast.lin).get(address(draft)))

    assert f"{draft.number}" in page
    assert 'aria-current="step">草稿' in page.replace("\n", "")
    assert "下一步「簽字送審」，等林老師" in page
    assert f'href="{address(draft, "do", "summary.submitted")}"' in page


def test_a_paper_is_closed_to_strangers_and_so_is_what_hangs_on_it(login, cast, draft):
    login(cast.lin).post(address(draft, "attach"), {"file": photo()})
    stranger = login(cast.zhao)

    assert stranger.get(address(draft)).status_code == 403
    assert stranger.get(address(draft, "print")).status_code == 403
    assert stranger.get(f"/attachments/{Attachment.objects.get().pk}/").status_code == 403
    assert stranger.post(address(draft, "attach"), {"file": photo()}).status_code == 403
    assert stranger.get(f"/summary/?document={draft.pk}").status_code == 403
    assert Attachment.objects.count() == 1


def test_a_step_is_offered_to_whom_it_waits_for_alone(login, cast, draft):
    director = text(login(cast.li).get(address(draft)))

    assert address(draft, "do", "summary.frozen") not in director
    assert login(cast.zhao).post(address(draft, "do", "summary.discarded"), {}).status_code == 403


def test_a_step_that_asks_nothing_is_taken_from_today_once(login, cast, draft):
    browser = login(cast.lin)
    ACTIONS["summary.edited"](cast.lin, document=draft, text="# 一、學習\n學了很多。")
    task = Task.objects.open().get(step="summary.submitted")

    page = text(browser.get("/"))
    first = browser.post("/", {"only": str(task.pk), "once": "k"}, follow=True)
    browser.post("/", {"only": str(task.pk), "once": "k"})

    assert f'name="only" value="{task.pk}"' in page
    assert "辦好 1 件" in text(first)
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert Entry.objects.filter(kind="summary.submitted").count() == 1
    assert "林老師" in text(browser.get(address(draft)))


def test_a_step_refused_from_today_says_why_and_stays(login, cast, draft):
    browser = login(cast.lin)
    task = Task.objects.open().get(step="summary.submitted")

    answer = browser.post("/", {"task": [str(task.pk)], "once": "k"}, follow=True)

    assert f"{draft.number}：" in text(answer)
    assert not Entry.objects.filter(kind="summary.submitted").exists()
    assert Task.objects.open().filter(pk=task.pk).exists()


def test_a_task_of_somebody_else_is_not_done_from_my_page(login, cast, draft):
    task = Task.objects.open().get(step="summary.submitted")

    login(cast.zhao).post("/", {"only": str(task.pk)})

    task.refresh_from_db()
    draft.refresh_from_db()
    assert (task.done_at, draft.state) == (None, "draft")


def test_the_form_of_an_edit_opens_with_the_text_as_it_reads(login, cast, draft):
    browser = login(cast.lin)

    form = text(browser.get(address(draft, "do", "summary.edited"), follow=True))
    sent = browser.post(address(draft, "do", "summary.edited"), {"text": "# 一、學習\n學了很多。"})

    assert "<h2 data-heading>一、" in form
    assert "{{" not in form
    assert sent["Location"] == address(draft)
    assert Entry.objects.latest("number").kind == "summary.edited"
    assert "學了很多" in text(browser.get(f"/summary/?document={draft.pk}"))


def test_a_photo_is_kept_upright_small_and_without_its_secrets(login, cast, draft):
    browser = login(cast.lin)

    browser.post(address(draft, "attach"), {"file": photo()})

    kept = Attachment.objects.get()
    assert (kept.name, kept.media_type, kept.added_by) == ("操場.jpg", "image/jpeg", cast.lin)
    with Image.open(path_of(kept.digest)) as image:
        assert image.size == (1000, 2000)
        assert dict(image.getexif()) == {}
    answer = browser.get(f"/attachments/{kept.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == path_of(kept.digest).read_bytes()
    assert Entry.objects.latest("number").kind == "documents.attached"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("run.html", b"<script>alert(1)</script>", "不收「.html」這種檔案"),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "不收「.svg」這種檔案"),
        ("photo.jpg", b"<script>alert(1)</script>", "不是能看的照片"),
        ("paper.pdf", b"<script>alert(1)</script>", "內容和副檔名不符"),
        ("empty.pdf", b"", "空"),
    ],
)
def test_what_is_no_photo_or_paper_is_refused(login, cast, draft, name, content, why):
    answer = login(cast.lin).post(address(draft, "attach"), {"file": SimpleUploadedFile(name, content)}, follow=True)

    assert why in text(answer)
    assert not Attachment.objects.exists()


def test_a_download_of_a_word_file_is_never_shown_in_place(login, cast, draft):
    browser = login(cast.lin)
    browser.post(address(draft, "attach"), {"file": SimpleUploadedFile("記錄.docx", b"PK\x03\x04rest")})

    answer = browser.get(f"/attachments/{Attachment.objects.get().pk}/")

    assert answer["Content-Disposition"].startswith("attachment")


def test_the_paper_is_printed_with_its_number(login, cast, draft):
    page = text(login(cast.lin).get(address(draft, "print")))

    assert draft.number in page
    assert cast.school.name in page


def test_the_summary_opens_every_figure_and_downloads(login, cast):
    browser = login(cast.li)

    page = text(browser.get("/summary/?from=2019-01-01&to=2019-06-30&kind=department"))
    word = browser.get("/summary/download.docx?from=2019-01-01&to=2019-06-30&kind=department")

    assert "2019年上半年" in page
    assert "待補" in page
    assert word.content.startswith(b"PK")
    assert "filename*=UTF-8''" in word["Content-Disposition"]


def test_the_house_summary_is_closed_to_a_teacher_whose_own_is_open(login, cast):
    browser = login(cast.zhao)

    assert browser.get("/summary/?kind=department").status_code == 403
    assert browser.get("/summary/?kind=personal").status_code == 200


def test_several_photos_are_hung_on_at_once_and_a_bad_one_does_not_keep_the_others(login, cast, draft):
    program = SimpleUploadedFile("操場.jpg", b"MZ\x90\x00\x03 a program", content_type="image/jpeg")

    answer = login(cast.lin).post(
        address(draft, "attach"), {"file": [photo(), program, photo(size=(600, 400))]}, follow=True
    )

    page = text(answer)
    assert "2 個檔案已經附上" in page
    assert "「操場.jpg」不是能看的照片" in page
    assert Attachment.objects.count() == 2


def test_a_photo_of_thirty_megabytes_is_told_how_large_it_may_be(login, cast, draft):
    huge = SimpleUploadedFile("原圖.jpg", b"\xff\xd8\xff" + b"0" * (30 * 1024 * 1024), content_type="image/jpeg")

    answer = login(cast.lin).post(address(draft, "attach"), {"file": huge}, follow=True)

    assert "「原圖.jpg」有 30 MB，最多 20 MB" in text(answer)
    assert not Attachment.objects.exists()


def test_nothing_chosen_is_told_so(login, cast, draft):
    answer = login(cast.lin).post(address(draft, "attach"), {}, follow=True)

    assert "請選一張照片或一個檔案" in text(answer)


def test_a_list_shows_a_small_photo_and_the_link_the_large_one(login, cast, draft):
    browser = login(cast.lin)
    browser.post(address(draft, "attach"), {"file": photo()})
    key = Attachment.objects.get().pk

    small = b"".join(browser.get(f"/attachments/{key}/?small").streaming_content)
    page = text(browser.get(address(draft)))

    with Image.open(BytesIO(small)) as image:
        assert image.size == (240, 480)
    assert f'<a href="/attachments/{key}/" data-lightbox>' in page
    assert f'src="/attachments/{key}/?small"' in page


def test_photos_go_with_a_step_and_are_not_sent_twice_when_something_else_is_refused(login, cast, draft):
    browser = login(cast.lin)
    edit = address(draft, "do", "summary.edited")

    refused = text(browser.post(edit, {"text": "", "photos": [photo()], "once": "k"}))
    ticket = refused.partition('name="kept" value="')[2].partition('"')[0]
    done = browser.post(edit, {"text": "# 一、學習\n學了很多。", "kept": [ticket], "once": "k"})

    assert "操場.jpg" in refused
    assert done.status_code == 302
    assert [(one.name, one.document_id) for one in Attachment.objects.all()] == [("操場.jpg", draft.pk)]


def test_a_bad_photo_is_told_before_the_step_is_taken_and_what_was_typed_stays(login, cast, draft):
    program = SimpleUploadedFile("操場.jpg", b"MZ\x90\x00\x03 a program", content_type="image/jpeg")

    answer = login(cast.lin).post(
        address(draft, "do", "summary.edited"), {"text": "# 一、學習\n學了很多。", "photos": [program], "once": "k"}
    )

    assert answer.status_code == 422
    assert "不是能看的照片" in text(answer)
    assert "學了很多。" in text(answer)
    assert not Entry.objects.filter(kind="summary.edited").exists()


def test_the_ticket_of_a_photo_is_good_for_its_own_person_only(login, cast, draft):
    ticket = give_ticket(keep(photo()), person=cast.zhao)

    answer = login(cast.lin).post(
        address(draft, "do", "summary.edited"), {"text": "# 一、學習\n學了很多。", "kept": [ticket], "once": "k"}
    )

    assert "這張照片要重新選一次" in text(answer)
    assert not Attachment.objects.exists()


# Signatures


def drawing():
    image = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(100, 60), (300, 180), (400, 70)], fill=(20, 20, 60, 255), width=6)
    content = BytesIO()
    image.save(content, "PNG")
    return "data:image/png;base64," + b64encode(content.getvalue()).decode()


@pytest.fixture
def written(cast, draft):
    ACTIONS["summary.edited"](cast.lin, document=draft, text="# 一、學習\n學了很多。")
    return draft


def test_a_step_is_signed_by_hand_and_the_picture_stands_on_the_paper(login, cast, written):
    browser = login(cast.lin)
    step = address(written, "do", "summary.submitted")

    form = text(browser.get(step))
    sent = browser.post(step, {"signing": "drawn", "drawn": drawing(), "once": "k"})

    signature = Signature.objects.get()
    picture = browser.get(f"/signatures/{signature.pk}/")
    assert 'value="drawn"' in form
    assert sent.status_code == 302
    assert (signature.manner, len(signature.image)) == ("drawn", 64)
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert sha256(picture.content).hexdigest() == signature.image
    assert f'src="/signatures/{signature.pk}/"' in text(browser.get(address(written)))
    assert f'src="/signatures/{signature.pk}/"' in text(browser.get(address(written, "print")))


def test_an_empty_drawing_is_refused_and_nothing_is_signed(login, cast, written):
    answer = login(cast.lin).post(
        address(written, "do", "summary.submitted"), {"signing": "drawn", "drawn": "", "once": "k"}
    )

    assert answer.status_code == 422
    assert "沒有收到簽名" in text(answer)
    assert not Signature.objects.exists()


def test_a_stamp_is_kept_under_me_and_signs_with_one_tap(login, cast, written):
    browser = login(cast.lin)

    kept = browser.post("/me/stamp/", {"drawing": drawing()}, follow=True)
    form = text(browser.get(address(written, "do", "summary.submitted")))
    browser.post(address(written, "do", "summary.submitted"), {"signing": "stamp", "once": "k"})

    assert "簽章圖已經存好" in text(kept)
    assert browser.get("/me/stamp.png")["Content-Type"] == "image/png"
    assert 'value="stamp" checked' in form
    assert [(one.person, one.manner) for one in Signature.objects.all()] == [(cast.lin, "stamp")]


def test_a_drawing_can_be_kept_as_the_stamp_for_next_time(login, cast, written):
    browser = login(cast.lin)

    browser.post(
        address(written, "do", "summary.submitted"),
        {"signing": "drawn", "drawn": drawing(), "keep_stamp": "1", "once": "k"},
    )

    assert stamp_of(cast.lin).digest == Signature.objects.get().image


def test_from_today_the_stamp_signs_many_papers(login, cast, written):
    browser = login(cast.lin)
    browser.post("/me/stamp/", {"drawing": drawing()})
    task = Task.objects.open().get(step="summary.submitted")

    browser.post("/", {"task": [str(task.pk)], "once": "k"})

    assert [(one.manner, one.image) for one in Signature.objects.all()] == [("stamp", stamp_of(cast.lin).digest)]


def test_the_picture_of_a_signature_is_closed_to_who_may_not_read_the_paper(login, cast, written):
    login(cast.lin).post(
        address(written, "do", "summary.submitted"), {"signing": "drawn", "drawn": drawing(), "once": "k"}
    )
    login(cast.lin).post("/me/stamp/", {"drawing": drawing()})
    stranger = login(cast.zhao)

    assert stranger.get(f"/signatures/{Signature.objects.get().pk}/").status_code == 403
    assert stranger.get("/me/stamp.png").status_code == 404
    assert Client().get(f"/signatures/{Signature.objects.get().pk}/").status_code == 302


def test_a_picture_that_was_exchanged_is_not_shown_as_a_signature(login, cast, written):
    browser = login(cast.lin)
    browser.post(address(written, "do", "summary.submitted"), {"signing": "drawn", "drawn": drawing(), "once": "k"})
    signature = Signature.objects.get()

    path_of(signature.image).write_bytes(b"another picture")

    assert browser.get(f"/signatures/{signature.pk}/").status_code == 404


def test_a_stamp_that_is_no_picture_is_told_so(login, cast):
    answer = login(cast.lin).post("/me/stamp/", {"file": SimpleUploadedFile("章.jpg", b"MZ\x90\x00")})

    assert answer.status_code == 422
    assert "不是能看的照片" in text(answer)


# Comments


def test_a_comment_stands_in_the_story_and_its_author_takes_it_back(login, cast, draft):
    browser = login(cast.lin)

    browser.post(address(draft, "comment"), {"text": "第三段<b>再</b>改", "once": "k"})
    browser.post(address(draft, "comment"), {"text": "第三段<b>再</b>改", "once": "k"})
    page = text(browser.get(address(draft)))
    comment = Comment.objects.get()
    withdrawn = text(browser.post(f"/comments/{comment.pk}/withdraw/", follow=True))

    assert "第三段&lt;b&gt;再&lt;/b&gt;改" in page
    assert "（已撤回）" in withdrawn
    assert "第三段" not in withdrawn


def test_a_refused_comment_stays_as_it_was_typed(login, cast, draft):
    answer = login(cast.lin).post(address(draft, "comment"), {"text": "@趙老師 請看這一段", "once": "k"})

    assert answer.status_code == 422
    assert "趙老師看不到這張單" in text(answer)
    assert ">@趙老師 請看這一段</textarea>" in text(answer)
    assert not Comment.objects.exists()


def test_comments_are_closed_to_who_may_not_read_the_paper(login, cast, draft):
    login(cast.lin).post(address(draft, "comment"), {"text": "只給自己看", "once": "k"})
    stranger = login(cast.zhao)
    key = Comment.objects.get().pk

    assert stranger.post(address(draft, "comment"), {"text": "我也說"}).status_code == 403
    assert stranger.get(address(draft, "people") + "?q=林").status_code == 403
    assert stranger.post(f"/comments/{key}/withdraw/").status_code == 403
    assert stranger.post(f"/comments/{key}/seen/").status_code == 403
    assert Comment.objects.get().text == "只給自己看"


def test_who_is_mentioned_finds_it_on_today_until_they_say_they_know(login, cast):
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    order = DOCUMENTS["repairs.work_order"].objects.get()
    login(cast.lin).post(address(order, "comment"), {"text": "@李主任 請先修這間", "once": "k"})
    director = login(cast.li)

    before = text(director.get("/"))
    suggested = text(login(cast.lin).get(address(order, "people") + "?q=李"))
    director.post(f"/comments/{Comment.objects.get().pk}/seen/", {"next": "/"})

    assert "被提到" in before
    assert f"{address(order)}#comment-{Comment.objects.get().pk}" in before
    assert 'data-mention="李主任"' in suggested
    assert "被提到" not in text(director.get("/"))


# What caused it, what followed


def test_a_paper_names_what_caused_it_and_what_followed_with_links_both_ways(login, cast):
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    first = DOCUMENTS["repairs.work_order"].objects.get()
    because = Entry.objects.get(kind="repairs.reported")
    ACTIONS["repairs.reported"].perform(
        cast.lin, {"place": str(cast.south_105.pk), "fault": "燈座也壞了"}, because=because
    )
    second = DOCUMENTS["repairs.work_order"].objects.exclude(pk=first.pk).get()
    browser = login(cast.li)

    cause, consequence = text(browser.get(address(first))), text(browser.get(address(second)))

    assert f'於是</span> <a href="{address(second)}">' in cause
    assert f'因為</span> <a href="{address(first)}">' in consequence
    assert second.number in cause.partition("有關的單")[2]


def test_another_paper_is_told_without_a_way_to_it_for_who_may_not_read_it(login, cast, draft):
    because = Entry.objects.filter(kind="summary.drafted").get()
    ACTIONS["repairs.reported"].perform(
        cast.lin, {"place": str(cast.south_105.pk), "fault": "燈座也壞了"}, because=because
    )
    order = DOCUMENTS["repairs.work_order"].objects.get()

    page = text(login(cast.chen).get(address(order)))

    assert draft.number in page
    assert address(draft) not in page


def test_the_rows_of_a_paper_stand_on_its_page(login, cast):
    ACTIONS["purchasing.requested"](cast.zhao, purpose="上課", lines="粉筆 白色 1200盒 3.50元", place=cast.south_105)
    request = DOCUMENTS["purchasing.request"].objects.get()

    page = text(login(cast.zhao).get(address(request)))

    assert "申請數量" in page
    assert 'data-l="申請數量">1,200盒</td>' in page
    assert 'data-l="估計單價">3.50</td>' in page
    # Nothing was ordered yet, so that column says nothing.
    assert "訂購數量" not in page


def test_what_comes_next_is_a_button_and_the_rest_is_put_away_when_there_is_much(login, cast):
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    order = DOCUMENTS["repairs.work_order"].objects.get()

    page = text(login(cast.li).get(address(order)))

    assert f'<a class="btn btn-primary" href="{address(order, "do", "repairs.accepted")}">' in page
    more = page.partition("更多<i")[2].partition("</details>")[0]
    assert "列印" in more


def test_photos_hung_on_one_after_the_other_are_told_once(login, cast, draft):
    browser = login(cast.lin)

    browser.post(address(draft, "attach"), {"file": [photo(size=(600, 400)), photo(size=(400, 600))]})

    story = text(browser.get(address(draft))).partition('id="story"')[2]
    assert story.count("加照片或檔案") == 1
    assert "加照片或檔案</b></a> × 2" in story


def test_a_page_asks_the_database_as_often_for_many_comments_as_for_few(
    login, cast, draft, django_assert_max_num_queries
):
    browser = login(cast.lin)
    browser.post(address(draft, "comment"), {"text": "一"})
    browser.get(address(draft))
    # What was written since the last look is read once, be it one entry or five.
    browser.post(address(draft, "comment"), {"text": "二"})
    with CaptureQueriesContext(connection) as few:
        browser.get(address(draft))
    asked = len(few)
    for number in range(5):
        browser.post(address(draft, "comment"), {"text": f"再說 {number}"})

    with django_assert_max_num_queries(asked):
        browser.get(address(draft))


@pytest.mark.parametrize("exchanged", [b"\x89PNG another", None])
def test_a_file_that_was_exchanged_or_lost_is_not_shown_and_audit_names_it(login, cast, draft, exchanged):
    browser = login(cast.lin)
    browser.post(address(draft, "attach"), {"file": photo()})
    found = Attachment.objects.get()
    browser.get(f"/attachments/{found.pk}/?small")
    path_of(found.digest).unlink()
    if exchanged:
        path_of(found.digest).write_bytes(exchanged)

    for more in ("", "?small"):
        answer = browser.get(f"/attachments/{found.pk}/{more}")
        assert (answer.status_code, "不見了或被改動過" in text(answer)) == (409, True)
    (finding,) = CHECKS["signing.attachments"].look()
    assert (found.name in finding.sentence, finding.document_id) == (True, draft.pk)
    # The same photo hung on once more brings the content back.
    browser.post(address(draft, "attach"), {"file": photo()})
    assert list(CHECKS["signing.attachments"].look()) == []
