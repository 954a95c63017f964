"""Where the four knowledge folders are: the user's project if it has them, else the ones that came with the package.

A wheel carries `ontology/ shapes/ queries/ data/` inside the package; an editable install reads them from the checkout.
"""

from pathlib import Path

FOLDERS = ("ontology", "shapes", "queries", "data")


def packaged_root() -> Path:
    """Return the folder that holds the packaged FOLDERS.

    Inside a wheel that is the package itself; in a checkout it lies two levels above `src/ukrgraph`.
    """
    package = Path(__file__).parent
    if (package / "ontology").is_dir():
        return package
    return package.parents[1]


def folder(project: Path, name: str) -> Path:
    """Return the folder `name` (a path such as "data/corpus") of `project` if it exists, else the packaged one."""
    own = project / name
    return own if own.is_dir() else packaged_root() / name
