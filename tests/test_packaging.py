"""The project as others get it: pinned without addresses, knowledge folders in the wheel, a guide that is true."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ukrgraph import resources
from ukrgraph.profile import MARK_LABELS, MENTION_LABELS, RECORDS

ROOT = Path(__file__).parents[1]


def tracked(folder):
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: git does not know the files")
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "--", folder]
    return set(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split())


def test_constraints_name_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


@pytest.mark.parametrize("folder", resources.FOLDERS)
def test_knowledge_folders_hold_no_python(folder):
    assert list((ROOT / folder).rglob("*.py")) == []


def test_the_wheel_holds_the_knowledge_folders_whole(tmp_path):
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "hatchling" in done.stderr + done.stdout and done.returncode:
        pytest.skip("the build backend, hatchling, is not installed here")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = {name.removeprefix("ukrgraph/") for name in zipfile.ZipFile(wheel).namelist()}
    for folder in resources.FOLDERS:
        assert {name for name in names if name.startswith(f"{folder}/")} == tracked(folder)


def test_every_source_file_is_tracked_or_new():
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.py")} == {
        name for name in tracked("src") if name.endswith(".py")
    }


def test_the_annotation_guide_tells_of_every_label_and_field():
    guide = (ROOT / "docs" / "annotation.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([A-Za-z]+)`", guide))
    fields = {name for record in RECORDS.values() for name in record.fields}
    assert (set(RECORDS) | MENTION_LABELS | MARK_LABELS | fields) - told == set()


def test_the_annotation_guide_marks_the_required_fields_in_bold():
    guide = (ROOT / "docs" / "annotation.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:3] for row in guide.splitlines() if row.startswith("| `")]
    bold = {}
    for labels, fields in rows:
        for label in re.findall(r"`([A-Za-z]+)`", labels):
            if label in RECORDS:
                bold[label] = set(re.findall(r"\*\*`([A-Za-z]+)`\*\*", fields))
    unsaid = {"PlannedStatement": {"Speaker"}, "AscribedStatement": {"Speaker"}}
    expected = {label: set(record.required) for label, record in RECORDS.items()}
    expected |= {label: expected[label] for label in unsaid}
    bold["Statement"] -= {"Speaker"}
    assert bold == expected
