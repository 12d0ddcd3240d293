"""A paper's page: its state, its steps, its signatures, what hangs on it. Shown with the summary, which is a paper too."""

from datetime import date
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.foundation.signing.attachments import path_of
from houqin.foundation.signing.models import Attachment, Task
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

    form = text(browser.get(address(draft, "do", "summary.edited")))
    sent = browser.post(address(draft, "do", "summary.edited"), {"text": "# 一、學習\n學了很多。"})

    assert "# 一、" in form
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
