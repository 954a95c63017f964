"""What several rooms of tests need: the command line as a user calls it."""

import sys

import pytest

from ukrgraph import cli


@pytest.fixture
def run(monkeypatch, capfd):
    """Return a function that runs a command and gives exit code, standard output and standard error."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["ukrgraph", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", stdin.splitlines(keepends=True))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run
