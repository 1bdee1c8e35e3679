# Everything starts here. `make` alone lists what there is.
SHELL := bash
PYTHON ?= python3
VENV := .venv/bin
PATIENTS ?=
BESIDE ?=
ROWS ?=
UV := uv==0.13.8
# A module at a time: what a test meets does not hang on which worker ran what before. Three workers keep two processors
# busy, as each waits for the engine now and then; of browser tests two do, as Chromium works beside them.
SHARED := --dist loadfile --no-loadscope-reorder
PLAIN := -n 3 $(SHARED)
BROWSER := -n 2 $(SHARED)

# Compiled once, not anew in each of the many processes of a run, wherever this is set.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run dev who test test-fast test-dates test-slow test-plain-engine lint bench lock prepare prepare-tests

help: ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

run: prepare ## Clinnet on this machine, at http://127.0.0.1:8000 (HOST and PORT change that)
	@exec $(VENV)/python -m clinnet.local run

dev: prepare ## The same, starting again when a source changes
	@exec $(VENV)/python -m clinnet.local dev

who: ## Who may sign in on this machine
	@$(VENV)/python -m clinnet.local who

test: prepare-tests ## All tests, on free ports beside a running site (T="-k name" narrows)
	@$(VENV)/python -m tests.browser
	@$(VENV)/python -m pytest $(PLAIN) -m "not browser" $(T) || { code=$$?; [ $$code = 5 ] || exit $$code; }
	@$(VENV)/python -m pytest $(BROWSER) -m browser $(T) || { code=$$?; [ $$code = 5 ] || exit $$code; }

test-fast: prepare-tests ## Pure rules, forms and architecture: no engine is started
	@$(VENV)/python -m pytest -n 2 $(SHARED) --fast --hypothesis-profile fast $(T)

test-dates: prepare-tests ## All but the browser tests, at five dates that once went wrong
	@$(VENV)/python -m tests.dates $(PLAIN) $(T)

test-slow: prepare-tests ## The browser tests with a processor that is six times slower
	@$(VENV)/python -m tests.browser
	@CLINNET_SLOW=6 $(VENV)/python -m pytest -m browser $(T)

test-plain-engine: ## The same without our shortcuts in the embedded AWS: ministack's own dictionaries and way
	@CLINNET_PLAIN_ENGINE=1 $(MAKE) test

# One a line; each is run, also after another has failed.
define LINTS
ruff check .
ruff format --check .
mypy .
djlint templates --check --quiet
djlint templates --lint --quiet
cd static && biome lint --error-on-warnings
cfn-lint infra/template.yaml
endef
export LINTS

lint: prepare-tests ## Every check that runs nothing
	@export PATH="$(CURDIR)/$(VENV):$(CURDIR)/static/node_modules/.bin:$$PATH"; failed=0; while read -r check; do \
	  (eval "$$check") </dev/null || { echo "make lint: $$check failed"; failed=1; }; done <<< "$$LINTS"; exit $$failed

bench: prepare-tests ## What each page costs (PATIENTS=n); BESIDE=revision: this build beside that one (ROWS="board,poll")
	@$(VENV)/python -m tests.bench$(if $(BESIDE),.beside $(BESIDE)) $(if $(PATIENTS),--patients $(PATIENTS)) \
	  $(if $(and $(BESIDE),$(ROWS)),--rows "$(ROWS)")

lock: prepare ## Lock requirements*.in anew, with hashes
	@$(VENV)/python -m pip install -qq $(UV)
	@for name in requirements requirements-dev requirements-node; do \
	  $(VENV)/uv pip compile -q --python-version 3.11 --generate-hashes --no-header --upgrade \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit; done
	@$(VENV)/uv pip compile -q --no-deps --python-version 3.11 --generate-hashes --no-header --only-binary :all: \
	  --no-emit-index-url --no-emit-find-links requirements-clinical.in -o requirements-clinical.txt

prepare:
	@$(PYTHON) clinnet/local/prepare.py

prepare-tests:
	@$(PYTHON) clinnet/local/prepare.py --tests
