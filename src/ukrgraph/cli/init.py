"""`ukrgraph init`: files that a project starts with."""

from pathlib import Path

import click

WORKFLOW = ".github/workflows/ukrgraph.yml"
HOOKS = ".pre-commit-config.yaml"

WORKFLOW_TEXT = """\
# Checks annotations and graph on every push: findings appear beside the changed lines and under code scanning.
name: ukrgraph
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install ukrgraph
      - run: ukrgraph validate --format github
      - if: always()
        run: ukrgraph validate --format sarif --output ukrgraph.sarif || true
      - if: always()
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: ukrgraph.sarif
"""

HOOKS_TEXT = """\
repos:
  - repo: local
    hooks:
      - id: ukrgraph-validate
        name: ukrgraph validate
        entry: ukrgraph validate
        language: python
        additional_dependencies: [ukrgraph]
        files: ^(data/corpus|data/entities|ontology|shapes)/
        pass_filenames: false
"""


@click.command()
@click.option("--ci", is_flag=True, help=f"Write {WORKFLOW} and {HOOKS}.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@click.pass_obj
def command(project: Path, *, ci: bool, force: bool) -> None:
    """Write the files that a project starts with.

    For example: ukrgraph init --ci
    """
    from ukrgraph.errors import UsageError  # noqa: PLC0415  # as in the other commands
    from ukrgraph.files import replacing  # noqa: PLC0415

    if not ci:
        raise UsageError("init: expected --ci, got nothing to write; 'ukrgraph init --ci' writes a workflow and a hook")
    files = {project / WORKFLOW: WORKFLOW_TEXT, project / HOOKS: HOOKS_TEXT}
    there = [str(file) for file in files if file.exists()]
    if there and not force:
        raise UsageError(f"{', '.join(there)}: expected no such file, found one; use --force to replace it")
    for file, text in files.items():
        with replacing(file) as stream:
            stream.write(text.encode())
        click.echo(file)
