"""The words of the interface: each key of `words.toml` with its texts in the order of LANGUAGES."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("en", "uk")
"""The languages of the pages, the default first."""

FILE = Path(__file__).with_suffix(".toml")

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        key: tuple(texts[language] for language in LANGUAGES)
        for key, texts in tomllib.loads(FILE.read_text("utf-8")).items()
    }
)
