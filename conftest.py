"""Documentation is run: Python blocks, doctests, and `$ ukrgraph ...` commands with what they print."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

ROOT = Path(__file__).parent


def run_console(example: Example) -> str | None:
    """Run the commands of a console block and compare what they print; `...` stands for any text."""
    from doctest import ELLIPSIS, OutputChecker  # noqa: PLC0415

    from ukrgraph.cli import group  # noqa: PLC0415

    for block in example.parsed.split("$ ")[1:]:
        command, _, expected = block.partition("\n")
        words = shlex.split(command)
        if words[0] != "ukrgraph":
            continue
        result = CliRunner().invoke(group, ["--project", str(ROOT), *words[1:]], standalone_mode=False)
        if result.exception and not isinstance(result.exception, SystemExit):
            return f"$ {command}\n{result.exception!r}"
        if expected.strip() and not OutputChecker().check_output(
            expected.rstrip() + "\n", result.stdout.rstrip() + "\n", ELLIPSIS
        ):
            return f"$ {command}\nexpected:\n{expected}\ngot:\n{result.stdout}"
    return None


def console_blocks(document: Document) -> Iterator[Region]:
    """Yield the ```console blocks of a Markdown file."""
    import re  # noqa: PLC0415

    for match in re.finditer(r"^```console\n(.*?)^```", document.text, re.MULTILINE | re.DOTALL):
        yield Region(match.start(), match.end(), match[1], run_console)


@pytest.fixture(scope="module")
def at_root(monkeypatch_module: pytest.MonkeyPatch) -> None:
    """Run the blocks of a document in the folder of the project."""
    monkeypatch_module.chdir(ROOT)


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    """Give a monkeypatch that lasts as long as a module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


pytest_collect_file = (
    Sybil(parsers=[PythonCodeBlockParser(), console_blocks], patterns=["README.md", "docs/*.md"], fixtures=["at_root"])
    + Sybil(parsers=[DocTestParser()], patterns=["*.py"], excludes=["tests/*", "benchmarks/*"])
).pytest()
