"""The build hook as a module: it lies at the root of the project, beside pyproject.toml."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def load_hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("hatch_build", module)  # a NamedTuple looks its module up
    spec.loader.exec_module(module)
    return module


hook = load_hook()
