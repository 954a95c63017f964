"""Take the scripts of the SPARQL editor from their published npm packages, as vendor.toml pins them.

The build of a wheel calls the hook at the end; `python hatch_build.py`, which is `make vendor`, puts the same files
into a checkout. npm only downloads: no script of a package is run, nothing is resolved or bundled. One file of each
package and its licence are taken if they have the pinned SHA-256, and the names of packages in its imports are replaced
with those of the files beside it, because a browser resolves no package names.

Without npm, or without its registry, a wheel is built without the editor, and says so: its pages are plain forms.
"""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent
PINS = ROOT / "vendor.toml"
VENDOR = ROOT / "src/ukrgraph/serve/vendor"
SUMS = "SHA256SUMS"
SECONDS = 300
"""How long npm may take to download, in seconds."""

_IMPORT = re.compile(r"""^((?:import|export)\b[^'"\n]*?\bfrom\s*)(['"])([^'"]+)\2""", re.MULTILINE)


class PinError(Exception):
    """A package does not hold what vendor.toml says."""


class UnavailableError(Exception):
    """The packages cannot be had here: there is no npm, or it cannot reach its registry."""


class Package(NamedTuple):
    """A published package: the path in it of the script and of the licence, with their SHA-256."""

    name: str
    version: str
    license: str
    script: str
    sha256: str
    license_file: str
    license_sha256: str

    @property
    def file(self) -> str:
        """Return the name of the script as it is served: that of the package, as npm names its archives.

        >>> Package("@lezer/lr", "1.0.0", "MIT", "index.js", "", "LICENSE", "").file
        'lezer-lr.js'
        """
        return self.name.removeprefix("@").replace("/", "-") + ".js"


def pinned(pins: Path = PINS) -> tuple[Package, ...]:
    """Return the packages that a pin file lists, in its order."""
    tables = tomllib.loads(pins.read_text(encoding="utf-8"))["package"]
    return tuple(Package(**{key.replace("-", "_"): value for key, value in table.items()}) for table in tables)


def download(packages: Iterable[Package], into: Path) -> list[Path]:
    """Return the archives of packages, in their order, as npm brings them.

    Raises UnavailableError if it does not.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    wanted = [f"{package.name}@{package.version}" for package in packages]
    command = [npm, "pack", "--ignore-scripts", "--silent", *wanted]
    try:
        done = subprocess.run(command, cwd=into, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"npm did not answer: {error}") from error
    archives = [into / line for line in done.stdout.split()]
    if done.returncode or len(archives) != len(wanted):
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise UnavailableError(f"npm could not download the packages: {reason}")
    return archives


def member(package: Package, archive: bytes, path: str, sha256: str) -> bytes:
    """Return a file of an archive, which holds all of them in one folder.

    Raises PinError if there is none at `path` or it has another SHA-256.
    """
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        found = next((one for one in opened if one.name.partition("/")[2] == path and one.isfile()), None)
        content = opened.extractfile(found) if found else None
        if content is None:
            raise PinError(f"{package.name} {package.version}: expected a file {path!r}, found none")
        data = content.read()
    got = hashlib.sha256(data).hexdigest()
    if got != sha256:
        raise PinError(f"{package.name} {package.version}, {path}: expected SHA-256 {sha256}, got {got}")
    return data


def relinked(script: str, files: Mapping[str, str]) -> str:
    """Return a script that imports from the files beside it instead of from packages; `files` are named by package.

    Raises PinError for a package that is not among them.

    >>> relinked("import { Parser } from '@lezer/common';", {"@lezer/common": "lezer-common.js"})
    "import { Parser } from './lezer-common.js';"
    """

    def beside(found: re.Match[str]) -> str:
        if found[3] not in files:
            raise PinError(f"expected only imports of packages that are pinned, got {found[3]!r}; add it")
        return f"{found[1]}{found[2]}./{files[found[3]]}{found[2]}"

    return _IMPORT.sub(beside, script)


def taken(packages: Iterable[Package], archives: Iterable[bytes]) -> dict[str, bytes]:
    """Return what is taken from archives: the scripts by file name, ready for a browser, and the licences in one file.

    Raises PinError if an archive does not hold what is pinned.
    """
    packages = tuple(packages)
    files = {package.name: package.file for package in packages}
    found, licences = {}, []
    for package, archive in zip(packages, archives, strict=True):
        script = member(package, archive, package.script, package.sha256).decode()
        found[package.file] = relinked(script, files).encode()
        licence = member(package, archive, package.license_file, package.license_sha256).decode()
        licences.append(f"{package.file}: {package.name} {package.version}, {package.license}\n\n{licence.strip()}\n")
    found["LICENSES"] = ("\n" + "-" * 72 + "\n\n").join(licences).encode()
    return found


def sums(files: Mapping[str, bytes], pins: Path = PINS) -> str:
    """Return a list of digests as sha256sum writes it, of the pin file first and then of files by name."""
    listed = [(pins.name, pins.read_bytes()), *sorted(files.items())]
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in listed)


def is_current(folder: Path, pins: Path = PINS) -> bool:
    """Tell whether a folder holds what the pin file asks for, untouched since it was placed there."""
    if not (folder / SUMS).is_file():
        return False
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != SUMS}
    return (folder / SUMS).read_text(encoding="utf-8") == sums(files, pins)


def place(folder: Path, pins: Path = PINS) -> None:
    """Make `folder` hold the scripts, their licences and their digests, and nothing else.

    Raises UnavailableError if they cannot be had, PinError if they are not what is pinned; `folder` is then as it was.
    """
    packages = pinned(pins)
    with tempfile.TemporaryDirectory() as scratch:
        archives = [path.read_bytes() for path in download(packages, Path(scratch))]
    files = taken(packages, archives)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in {**files, SUMS: sums(files, pins).encode()}.items():
        (folder / name).write_bytes(data)


def get_build_hook() -> type[Any]:
    """Return the hook that Hatchling runs; only then is Hatchling needed."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # noqa: PLC0415

    class EditorHook(BuildHookInterface[Any]):
        """Put the editor into a wheel; the source tree stays as it is."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if version == "editable":
                return
            folder = VENDOR
            if not is_current(folder):
                self.scratch = tempfile.mkdtemp()
                folder = Path(self.scratch) / "vendor"
                try:
                    place(folder)
                except UnavailableError as error:
                    self.app.display_warning(f"the wheel has no SPARQL editor, its page is a plain form: {error}")
                    return
                except PinError as error:
                    self.app.abort(f"{PINS.name}: {error}")
            build_data["force_include"][str(folder)] = "ukrgraph/serve/vendor"

        def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
            del version, build_data, artifact_path
            shutil.rmtree(getattr(self, "scratch", ""), ignore_errors=True)

    return EditorHook


def main() -> int:
    """Put the scripts into this checkout; return the exit code."""
    if is_current(VENDOR):
        return 0
    try:
        place(VENDOR)
    except (PinError, UnavailableError) as error:
        sys.stderr.write(f"{PINS.name}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
