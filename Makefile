# Verbs of the project. Every one sets up what it needs; nothing but Python 3.11, make and git is required.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CHECKS := $(VENV)/.checks
MADE := \# Written by make, and again by every make demo and make history. Delete this line to keep your own.

# Where the environment forbids to keep byte code, each of hundreds of processes would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo dev live test spread week replay check coverage docs bench history clean

# The interpreter: PYTHON, or whatever python3 is when it is new enough.
$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null && py=$(PYTHON) || py=python3; \
	$$py -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"' && \
	$$py -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# The environment of a checkout is the file .env, which every command and Dagster itself read. A file that a person
# wrote is never touched.
define environment
	@if [ ! -e .env ] || head -1 .env | grep -qxF '$(MADE)'; then printf '%s\n' '$(MADE)' \
		'NBA_LAKE=.nba/$(1)/lake' 'DAGSTER_HOME=$(CURDIR)/.nba/$(1)/dagster' 'NBA_ARCHIVE_DIR=$(2)' > .env; fi
endef

demo: $(READY)  ## simulate a small league, run everything over it, show tonight's predictions
	$(call environment,demo,.nba/demo/league)
	NBA_LAKE=.nba/demo/lake DAGSTER_HOME='$(CURDIR)/.nba/demo/dagster' NBA_ARCHIVE_DIR=.nba/demo/league $(BIN)/nba-assets demo

dev: $(READY)  ## the Dagster UI on 127.0.0.1:3000, over the lake that .env names
	@[ -e .env ] || { echo 'no lake yet: make demo, or make history NBA_ARCHIVE_DIR=...'; exit 2; }
	$(BIN)/nba-assets ui

live: $(READY)  ## a simulated league, live: its server, the UI on 127.0.0.1:3000 and the daemon; a day in ten minutes
	$(BIN)/nba-assets simulate-live

# Five workers on two cores: with four, tests that wait left a quarter of both idle. Files in their order: sorted by
# their number of tests, the longest, days of a live league, would come last.
PYTEST := $(BIN)/python -m pytest -n 5 --dist loadfile --no-loadscope-reorder

test: $(READY)  ## every test
	$(PYTEST)

# Tracing lines takes as long again as the tests.
coverage: $(READY)  ## every test, and the lines of the whole package that they reach
	$(PYTEST) --cov=nba_assets --cov-report=term:skip-covered

spread: $(READY)  ## a backfill on Postgres, Redis and two Celery workers, one of them killed: the bytes of one run
	$(BIN)/python -m pytest nba_assets_tests/integration/spread_on_celery.py

$(CHECKS): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[check]'
	@touch $@

week: $(READY)  ## a week of a simulated league through a real daemon: matinee, postponement, correction, outage, crash
	$(BIN)/python -m pytest nba_assets_tests/automation/live/week_of_league.py

replay: $(READY)  ## two real seasons from their publishers' endpoints, beside the archive: NBA_ARCHIVE_DIR=...
	$(BIN)/python -m pytest -s nba_assets_tests/integration/seasons_from_publishers.py

check: $(CHECKS)  ## style, types, floors of the packages, definitions, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	env -u DAGSTER_HOME $(BIN)/dagster definitions validate --workspace workspace.yaml
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir .nba/docs

docs: $(CHECKS)  ## the documentation on 127.0.0.1:8000
	$(BIN)/mkdocs serve

history: $(READY)  ## the whole archive, from an empty lake to graded predictions: NBA_ARCHIVE_DIR=...
	$(call environment,history,$(NBA_ARCHIVE_DIR))
	$(BIN)/nba-assets history

bench: $(READY)  ## measure the main job from an empty lake: NBA_ARCHIVE_DIR=...
	$(BIN)/nba-assets bench

# What a person filled (other lakes, landing zones, models) stays.
clean:  ## forget the demo's tables and the environment; what was fetched stays
	rm -rf .nba/demo/lake .nba/demo/dagster .nba/demo/league $(VENV)
