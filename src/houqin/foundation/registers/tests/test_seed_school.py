"""The registers of one school, as it keeps them: read where the real input lies beside the project."""

import pytest

from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.models import ImportedRow


@pytest.fixture
def school_facts(shared):
    path = shared / "seeds" / "s3" / "學校基本情況.xlsx"
    if not path.exists():
        pytest.skip("the school's own file is absent")
    return path


@pytest.fixture
def admin(db):
    return found_school(name="市第一完全小學", password="chalk-and-duster-7").administrator


def counted(report):
    return {
        one["register"]: (one["read"], one["added"], one["unchanged"], len(one["refused"]))
        for one in report.as_json()["files"]
    }


def test_the_schools_own_facts_are_read_from_one_file_of_four_sheets(admin, school_facts):
    report = run_import(admin, [school_facts])

    assert counted(report) == {
        "org.campuses": (2, 2, 0, 0),
        "org.places": (198, 198, 0, 0),
        "org.classes": (36, 36, 0, 0),
        "org.people": (40, 40, 0, 0),
    }
    assert report.written
    assert Place.objects.filter(kind="campus").count() == 2
    assert Place.objects.filter(kind="campus", name="北校區", pupils=1376, address="北校區路1號").exists()
    assert SchoolClass.objects.count() == 36
    # The administrator was there before.
    assert Person.objects.count() == 41
    assert SchoolClass.objects.get(name="一(3)班", campus__name="南校區").teacher.name == "張春"


def test_the_same_file_again_changes_nothing_and_says_so(admin, school_facts, tmp_path):
    run_import(admin, [school_facts])
    before = (Entry.objects.count(), ImportedRow.objects.count(), Place.objects.count())
    renamed = tmp_path / "新建 Microsoft Excel 工作表.xlsx"
    renamed.write_bytes(school_facts.read_bytes())

    report = run_import(admin, [renamed])

    assert counted(report) == {
        "org.campuses": (2, 0, 2, 0),
        "org.places": (198, 0, 198, 0),
        "org.classes": (36, 0, 36, 0),
        "org.people": (40, 0, 40, 0),
    }
    assert not report.written
    assert all("和以前匯入的完全相同，沒有改動。" in one["notes"] for one in report.as_json()["files"])
    assert (Entry.objects.count(), ImportedRow.objects.count(), Place.objects.count()) == before
