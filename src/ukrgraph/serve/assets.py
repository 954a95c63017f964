"""Files that pages need beside them: our own in `static/`, and the third-party scripts of the editor in `vendor/`.

The scripts are placed there when a wheel is built, or by `make vendor`; a plain checkout has none, and its pages do
without.
"""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
VENDOR = Path(__file__).parent / "vendor"

EDITOR = ("editor.js", "suggestions.js")
"""Modules of ours: the one that puts the SPARQL editor into a page, and what it imports."""


def scripts(vendor: Path = VENDOR) -> tuple[str, ...]:
    """Return the modules of the editor as paths below /static/, ours first; empty if the third-party ones are missing.

    The first is for `<script type="module">`, the others for `<link rel="modulepreload">`: a browser then loads all
    of them at once instead of one import after another.
    """
    placed = sorted(path.name for path in vendor.glob("*.js"))
    return (*EDITOR, *(f"vendor/{name}" for name in placed)) if placed else ()
