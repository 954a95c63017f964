"""The scripts of the SPARQL editor: taken from published packages, pinned, and never committed."""

import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from build_hook import hook

from ukrgraph.serve import assets

ROOT = Path(__file__).parents[1]


def archive(files):
    """Return a package as npm brings it: a compressed tar file with everything in one folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as opened:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            opened.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def package(name, script, **changes):
    given = {
        "name": name,
        "version": "1.0.0",
        "license": "MIT",
        "script": "index.js",
        "sha256": hashlib.sha256(script).hexdigest(),
        "license_file": "LICENSE",
        "license_sha256": hashlib.sha256(b"Do as you like.\n").hexdigest(),
    }
    return hook.Package(**{**given, **changes})


LEAF = b"export const leaf = 1;\n"
TOP = (
    b"import { leaf } from '@a/leaf';\nexport { leaf } from \"@a/leaf\";\nconst words = \"import x from 'nowhere'\";\n"
)
PACKAGES = (package("@a/leaf", LEAF), package("top", TOP))
ARCHIVES = [
    archive({"index.js": LEAF, "LICENSE": b"Do as you like.\n", "package.json": b"{}"}),
    archive({"index.js": TOP, "LICENSE": b"Do as you like.\n"}),
]


@pytest.fixture
def pins(tmp_path):
    """Give a pin file for the two packages."""
    file = tmp_path / "vendor.toml"
    tables = []
    for one in PACKAGES:
        lines = [f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in one._asdict().items()]
        tables.append("[[package]]\n" + "\n".join(lines) + "\n")
    file.write_text("\n".join(tables), encoding="utf-8")
    return file


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Put a program called npm first on the path that brings the two archives, or does what a test writes."""
    if os.name == "nt":
        pytest.skip("the stand-in for npm is a shell script")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name, data in zip(("a-leaf-1.0.0.tgz", "top-1.0.0.tgz"), ARCHIVES, strict=True):
        (binaries / name).write_bytes(data)
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")

    def write(lines):
        (binaries / "npm").write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        (binaries / "npm").chmod(0o755)

    write(f'echo "$*" > {tmp_path}/asked\ncp {binaries}/*.tgz .\necho a-leaf-1.0.0.tgz\necho top-1.0.0.tgz')
    return write


def test_the_pin_file_names_versions_and_digests_and_no_address():
    text = (ROOT / "vendor.toml").read_text(encoding="utf-8")
    assert re.findall(r"\w+://|\.org|\.com", text) == []
    for one in hook.pinned():
        assert re.fullmatch(r"\d+\.\d+\.\d+", one.version)
        assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
        assert re.fullmatch(r"[0-9a-f]{64}", one.license_sha256)
    assert {one.license for one in hook.pinned()} == {"MIT"}


def test_the_pin_file_lists_each_package_once_in_order():
    names = [table["name"] for table in tomllib.loads((ROOT / "vendor.toml").read_text("utf-8"))["package"]]
    assert names == sorted(set(names))


def test_every_script_that_the_editor_imports_is_pinned():
    text = "".join((assets.STATIC / name).read_text(encoding="utf-8") for name in assets.EDITOR)
    imported = set(re.findall(r'from "\./vendor/([^"]+)"', text))
    assert imported - {one.file for one in hook.pinned()} == set()
    assert len(imported) == 7


def test_no_third_party_script_is_committed():
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: git does not know the files")
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "--", "*.js"]
    listed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert [name for name in listed if not name.startswith("src/ukrgraph/serve/static/")] == []


def test_the_name_of_a_package_is_replaced_in_imports_and_nowhere_else():
    found = hook.taken(PACKAGES, ARCHIVES)
    assert found["top.js"].decode().splitlines() == [
        "import { leaf } from './a-leaf.js';",
        'export { leaf } from "./a-leaf.js";',
        "const words = \"import x from 'nowhere'\";",
    ]
    assert found["a-leaf.js"] == LEAF


def test_the_licences_travel_along():
    assert hook.taken(PACKAGES, ARCHIVES)["LICENSES"].decode() == (
        f"a-leaf.js: @a/leaf 1.0.0, MIT\n\nDo as you like.\n\n{'-' * 72}\n\ntop.js: top 1.0.0, MIT\n\nDo as you like.\n"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, f"top 1.0.0, index.js: expected SHA-256 {'0' * 64}, got {PACKAGES[1].sha256}"),
        (
            {"license_sha256": "0" * 64},
            f"top 1.0.0, LICENSE: expected SHA-256 {'0' * 64}, got {PACKAGES[1].license_sha256}",
        ),
        ({"script": "../index.js"}, "top 1.0.0: expected a file '../index.js', found none"),
        ({"script": "main.js"}, "top 1.0.0: expected a file 'main.js', found none"),
    ],
    ids=["another script", "another licence", "a path that leads out", "a file that is not there"],
)
def test_what_is_not_as_pinned_is_refused(changes, message):
    with pytest.raises(hook.PinError) as refused:
        hook.taken((PACKAGES[0], PACKAGES[1]._replace(**changes)), ARCHIVES)
    assert str(refused.value) == message


def test_an_import_of_a_package_that_is_not_pinned_is_refused():
    with pytest.raises(hook.PinError) as refused:
        hook.taken(PACKAGES[1:], ARCHIVES[1:])
    assert str(refused.value) == "expected only imports of packages that are pinned, got '@a/leaf'; add it"


@pytest.mark.usefixtures("npm")
def test_the_folder_holds_scripts_licences_and_digests_and_nothing_else(tmp_path, pins):
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "old.js").write_text("old")
    hook.place(folder, pins)
    assert sorted(path.name for path in folder.iterdir()) == ["LICENSES", "SHA256SUMS", "a-leaf.js", "top.js"]
    assert hook.is_current(folder, pins)


@pytest.mark.usefixtures("npm")
def test_npm_is_asked_for_exact_versions_and_to_run_nothing(tmp_path, pins):
    hook.place(tmp_path / "vendor", pins)
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked == "pack --ignore-scripts --silent @a/leaf@1.0.0 top@1.0.0\n"


@pytest.mark.usefixtures("npm")
@pytest.mark.parametrize("change", ["a file more", "a file less", "another byte", "other pins"])
def test_a_folder_that_was_changed_is_not_current(tmp_path, pins, change):
    folder = tmp_path / "vendor"
    hook.place(folder, pins)
    if change == "a file more":
        (folder / "more.js").write_text("")
    elif change == "a file less":
        (folder / "top.js").unlink()
    elif change == "another byte":
        (folder / "top.js").write_bytes(LEAF)
    else:
        pins.write_text(pins.read_text("utf-8") + "# another\n", encoding="utf-8")
    assert not hook.is_current(folder, pins)


def test_a_registry_out_of_reach_leaves_the_folder_as_it_was(tmp_path, npm, pins):
    npm("echo 'npm error ENOTFOUND' >&2; exit 1")
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "old.js").write_text("old")
    with pytest.raises(hook.UnavailableError) as refused:
        hook.place(folder, pins)
    assert str(refused.value) == "npm could not download the packages: npm error ENOTFOUND"
    assert [path.name for path in folder.iterdir()] == ["old.js"]


def test_a_wheel_without_npm_has_no_editor_and_says_so(tmp_path):
    tree = sources(tmp_path)
    done = built(tree, tmp_path / "dist", PATH=no_npm(tmp_path))
    assert "the wheel has no SPARQL editor, its page is a plain form: npm is not installed" in done.stdout
    assert [name for name in names(tmp_path / "dist") if "/vendor/" in name] == []


def test_a_wheel_takes_what_is_placed_in_the_checkout(tmp_path, npm, pins):
    tree = sources(tmp_path)
    shutil.copy(pins, tree / "vendor.toml")
    hook.place(tree / "src/ukrgraph/serve/vendor", tree / "vendor.toml")
    built(tree, tmp_path / "dist", PATH=no_npm(tmp_path))
    found = [name for name in names(tmp_path / "dist") if "/vendor/" in name]
    assert found == [f"ukrgraph/serve/vendor/{name}" for name in ("LICENSES", "SHA256SUMS", "a-leaf.js", "top.js")]


@pytest.mark.usefixtures("npm")
def test_a_wheel_takes_what_npm_brings_and_leaves_the_checkout_as_it_is(tmp_path, pins):
    tree = sources(tmp_path)
    shutil.copy(pins, tree / "vendor.toml")
    built(tree, tmp_path / "dist")
    assert "ukrgraph/serve/vendor/top.js" in names(tmp_path / "dist")
    assert not (tree / "src/ukrgraph/serve/vendor").exists()


@pytest.mark.usefixtures("npm")
def test_a_wheel_with_other_scripts_than_the_pinned_ones_is_not_built(tmp_path, pins):
    tree = sources(tmp_path)
    text = pins.read_text("utf-8").replace(PACKAGES[1].sha256, "0" * 64)
    (tree / "vendor.toml").write_text(text, encoding="utf-8")
    done = built(tree, tmp_path / "dist", expected=1)
    assert f"vendor.toml: top 1.0.0, index.js: expected SHA-256 {'0' * 64}" in done.stdout + done.stderr
    assert list((tmp_path / "dist").glob("*.whl")) == []


def sources(scratch):
    """Return a small project with the hook as in pyproject.toml."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("the build backend, hatchling, is not installed here")
    tree = scratch / "tree"
    (tree / "src/ukrgraph/serve").mkdir(parents=True)
    (tree / "src/ukrgraph/__init__.py").write_text("")
    (tree / ".gitignore").write_text("src/ukrgraph/serve/vendor/\n")
    for name in ("hatch_build.py", "vendor.toml"):
        shutil.copy(ROOT / name, tree / name)
    (tree / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "ukrgraph"\nversion = "0"\n'
        '[tool.hatch.build.targets.wheel]\nonly-include = ["src/ukrgraph"]\n'
        '[tool.hatch.build.targets.wheel.sources]\n"src" = ""\n'
        "[tool.hatch.build.targets.wheel.hooks.custom]\n"
    )
    return tree


def no_npm(scratch):
    """Return a search path with nothing on it."""
    empty = scratch / "empty"
    empty.mkdir()
    return str(empty)


def built(tree, into, expected=0, **environment):
    """Build the wheel of a tree; return what the builder printed."""
    into.mkdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    given = {**os.environ, **environment}
    done = subprocess.run(command, cwd=tree, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return subprocess.CompletedProcess(command, done.returncode, done.stdout + done.stderr, done.stderr)


def names(folder):
    """Return the names of the files in the wheel of a folder, sorted."""
    (wheel,) = folder.glob("*.whl")
    return sorted(zipfile.ZipFile(wheel).namelist())


def test_without_third_party_scripts_there_is_no_editor(tmp_path):
    assert assets.scripts(tmp_path) == ()


def test_the_editor_is_loaded_before_what_it_imports(tmp_path):
    for name in ("b.js", "a.js", "LICENSES"):
        (tmp_path / name).write_text("")
    assert assets.scripts(tmp_path) == ("editor.js", "suggestions.js", "vendor/a.js", "vendor/b.js")


@pytest.mark.skipif(
    not {"CI", "UKRGRAPH_NPM"} & set(os.environ), reason="set UKRGRAPH_NPM=1 to ask the registry of npm"
)
def test_the_published_packages_are_what_is_pinned(tmp_path):
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    try:
        hook.place(tmp_path / "vendor")
    except hook.UnavailableError as error:
        pytest.skip(f"npm brought nothing: {error}")
    assert sorted(path.name for path in (tmp_path / "vendor").iterdir()) == sorted(
        ["LICENSES", "SHA256SUMS", *(one.file for one in hook.pinned())]
    )


def test_the_project_builds_its_wheel_with_the_hook():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert options["wheel"]["hooks"] == {"custom": {"path": "hatch_build.py"}}
    assert {"hatch_build.py", "vendor.toml"} <= set(options["sdist"]["only-include"])
