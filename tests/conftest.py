"""What several rooms of tests need: the command line as a user calls it."""

import sys

import pytest
from hypothesis import HealthCheck, settings

from ukrgraph import cli

# A slow or busy machine is no failure: what time things take is for benchmarks/.
settings.register_profile("ukrgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ukrgraph")


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
