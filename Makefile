# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.
# Prerequisites: git, make, Python 3.11 or newer. Everything else is made ready by .ci/setup.

PYTHON_HERE := .venv/bin/python
.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
	    while IFS='|' read -r name does; do printf '%-22s %s\n' "$$name" "$$does"; done

# --- for everybody

.PHONY: run
run: setup ## open the window; with no display, the unattended demo instead
	@sh .ci/window

.PHONY: setup
setup: ## make .venv and install what the program needs (part of run)
	@sh .ci/setup run

.PHONY: setup-local
setup-local: setup ## install the model libraries as well (torch, transformers, whisper, llama.cpp)
	@sh .ci/setup local

# --- for whoever changes it

.PHONY: test
test: lint ## every test that needs no model library, 8 minutes at most
	@sh .ci/tests quick

.PHONY: test-local
test-local: setup-test setup-local setup-readers ## tests that need model libraries, or the readers
	@sh .ci/setup postgres
	@sh .ci/tests local

.PHONY: test-full
test-full: setup-test ## the full sizes: thousands of kills, power losses, battles
	@sh .ci/tests full

.PHONY: test-bare
test-bare: ## both commands of the README inside a minimal Debian (needs root and mmdebstrap)
	@sh .ci/bare

.PHONY: setup-test
setup-test: ## what the tests need as well (part of test)
	@sh .ci/setup test

.PHONY: setup-readers
setup-readers: setup-test ## other people's readers of our export, in .venv-readers (part of test-local)
	@sh .ci/setup readers

.PHONY: lint
lint: setup-test ## ruff, mypy and the import contracts
	@$(PYTHON_HERE) -m ruff check
	@$(PYTHON_HERE) -m ruff format --check
	@$(PYTHON_HERE) -m mypy
	@.venv/bin/lint-imports

.PHONY: format
format: setup-test ## let ruff put the code in order
	@$(PYTHON_HERE) -m ruff check --fix
	@$(PYTHON_HERE) -m ruff format

.PHONY: bench
bench: setup-test ## measure, and write docs/performance.md
	@$(PYTHON_HERE) -m tests.performance

.PHONY: screenshots
screenshots: setup ## draw every page into docs/pictures
	@QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m desktop.screenshots docs/pictures
	@$(PYTHON_HERE) -m tests.ui.gallery docs/pictures/scripted --scale 2 systems_plan

.PHONY: takes
takes: setup-test ## speak the sample takes again (espeak-ng)
	@$(PYTHON_HERE) .ci/make_takes.py

.PHONY: docs
docs: setup-test ## print what the program says of itself into docs/*.md (cog)
	@files=$$(grep -rl --include='*.md' '\[\[\[cog' README.md CONTRIBUTING.md docs) || exit 0; \
	    $(PYTHON_HERE) -m cogapp -r -I . $$files

.PHONY: lock
lock: setup-test ## resolve pyproject.toml again into the hash-pinned locks
	@sh .ci/lock
