# Verbs of the project. Every one sets up what it needs; nothing but Python 3.11, make and git is required.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CHECKS := $(VENV)/.checks

# A lake and the Dagster instance that knows it belong together; the demo and the archive have one pair each.
WORLD ?= demo
export NBA_LAKE ?= .nba/$(WORLD)/lake
export DAGSTER_HOME ?= $(CURDIR)/.nba/$(WORLD)/dagster

.PHONY: demo dev test check bench history clean

# The interpreter: PYTHON, or whatever python3 is when it is new enough.
$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null && py=$(PYTHON) || py=python3; \
	$$py -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"' && \
	$$py -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)  ## simulate a small league, run everything over it, show tonight's predictions
	NBA_ARCHIVE_DIR=.nba/demo/league $(BIN)/nba-assets demo

dev: $(READY)  ## the Dagster UI over the demo's lake on 127.0.0.1:3000; WORLD=history for the archive's
	@mkdir -p $(DAGSTER_HOME) && cp nba_assets/instance/dagster.yaml $(DAGSTER_HOME)/dagster.yaml
	NBA_ARCHIVE_DIR=$${NBA_ARCHIVE_DIR:-.nba/demo/league} $(BIN)/dagster dev --workspace workspace.yaml --host 127.0.0.1 --port 3000

# Three workers on two cores: tests that wait leave a fifth of them idle. Files in their order: sorted by their
# number of tests, the longest, a week of ten, would come last.
test: $(READY)  ## every test
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

$(CHECKS): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[check]'
	@touch $@

check: $(CHECKS)  ## style, types, definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	env -u DAGSTER_HOME $(BIN)/dagster definitions validate --workspace workspace.yaml

history: WORLD = history
history: $(READY)  ## the whole archive, from an empty lake to graded predictions: NBA_ARCHIVE_DIR=...
	$(BIN)/nba-assets history

bench: $(READY)  ## measure the main job from an empty lake: NBA_ARCHIVE_DIR=...
	$(BIN)/nba-assets bench

clean:  ## forget lake, runs and environment
	rm -rf .nba $(VENV)
