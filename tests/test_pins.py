"""What we build from is pinned, the pins agree, and none of them names where it was fetched from."""

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINS = re.findall(r"^([a-z0-9].*?) \\$", LOCK, flags=re.MULTILINE)
PACKAGES = json.loads((ROOT / "frontend/package.json").read_text("utf-8"))
PACKAGE_LOCK = (ROOT / "frontend/package-lock.json").read_text("utf-8")
VENDOR = json.loads((ROOT / "frontend/vendor.json").read_text("utf-8"))


def test_uv_is_constrained_to_exactly_the_locked_versions():
    assert PYPROJECT["tool"]["uv"]["constraint-dependencies"] == PINS


def test_the_lock_answers_everything_the_project_asks_for():
    asked = [
        *PYPROJECT["project"]["dependencies"],
        *(line for extra in PYPROJECT["project"]["optional-dependencies"].values() for line in extra),
        *(line for group in PYPROJECT["dependency-groups"].values() for line in group),
    ]
    locked = {canonicalize_name(pin.name): pin.specifier for pin in map(Requirement, PINS)}
    unanswered = [
        line
        for line in asked
        if (name := canonicalize_name(Requirement(line).name)) not in locked
        or not Requirement(line).specifier.contains(str(locked[name]).removeprefix("=="))
    ]
    assert unanswered == [], "run scripts/lock"


def test_every_locked_file_carries_a_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(blocks) == len(PINS)
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_build_requirements_are_pinned():
    requirements = map(Requirement, PYPROJECT["build-system"]["requires"])
    assert [[specifier.operator for specifier in requirement.specifier] for requirement in requirements] == [
        ["=="],
        ["=="],
    ]


def test_no_pin_names_a_host():
    assert "http" not in LOCK
    assert "http" not in PACKAGE_LOCK
    assert "resolved" not in PACKAGE_LOCK


def test_front_end_packages_are_locked_at_the_versions_asked_for():
    locked = json.loads(PACKAGE_LOCK)["packages"]
    asked = PACKAGES["dependencies"] | PACKAGES["devDependencies"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []


def test_the_wheel_carries_every_listed_asset():
    assets = resources.files("houqin_assets")
    assert [target for target in VENDOR.values() if not assets.joinpath(target).is_file()] == []


def test_stylesheets_and_scripts_point_at_no_file_that_is_missing():
    """Django's manifest storage refuses to collect a file that names one it cannot find."""
    assets = resources.files("houqin_assets")
    missing = []
    for target in VENDOR.values():
        if not target.endswith((".css", ".js")):
            continue
        text = assets.joinpath(target).read_text("utf-8")
        if "sourceMappingURL" in text:
            missing.append(f"{target}: source map")
        if not target.endswith(".css"):
            continue
        folder = assets.joinpath(target.rpartition("/")[0])
        for address in re.findall(r"""url\(\s*["']?([^"')]+)""", text):
            if not address.startswith(("data:", "#")) and not folder.joinpath(address.partition("?")[0]).is_file():
                missing.append(f"{target}: {address}")
    assert missing == []
