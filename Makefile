# Two commands for a newcomer: `make demo` and `make test`. Both make a virtual environment of their own in .venv and
# need the network only the first time.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo serve test check graph bench peers vendor clean

demo: .venv/installed
	$(BIN)/ukrgraph build
	$(BIN)/ukrgraph query who-speaks-for-a-state

serve: .venv/installed-serve
	$(BIN)/ukrgraph serve

test: .venv/installed-dev
	$(BIN)/python -m pytest

check: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ukrgraph build --check
	$(BIN)/python -m pytest

graph: .venv/installed
	$(BIN)/ukrgraph build

bench: .venv/installed-peers
	$(BIN)/python benchmarks/run.py

# The scripts of the SPARQL editor, from their published packages; without them its page is a plain form.
vendor:
	$(PYTHON) hatch_build.py

# What some tests drive or compare with: they skip without it.
peers: .venv/installed-peers

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev -e .
	touch $@

.venv/installed-serve: .venv/installed
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[serve]'
	touch $@

.venv/installed-peers: .venv/installed-dev
	$(BIN)/python -m pip install --quiet -c constraints.txt --group peers
	touch $@

clean:
	rm -rf .venv .ukrgraph dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
