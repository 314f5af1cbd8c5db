# A newcomer needs two commands: make run, make test. The others are what a contributor repeats.
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= instance
UV ?= uv
TESTS ?= tests
export PORT DATA_DIR

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check install --require-hashes
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url
BABEL := $(PY) -m babel.messages.frontend --quiet
TRANSLATIONS := marketplace/translations
CATALOGS = $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po))

.PHONY: run test coverage bench lint lock translations clean

run: $(VENV)/base.stamp $(CATALOGS)
	@exec $(PY) -m marketplace.serving

test: $(VENV)/dev.stamp $(CATALOGS)
	@$(PY) -m pytest -n auto $(TESTS)

coverage: $(VENV)/dev.stamp $(CATALOGS)
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest $(TESTS)
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report

bench: $(VENV)/dev.stamp $(CATALOGS)
	@$(PY) -m tests.bench.bench_search
	@$(PY) -m tests.bench.bench_page

lint: $(VENV)/dev.stamp
	@$(PY) -m ruff check .
	@$(VENV)/bin/lint-imports --no-logo

# The second set is locked to the versions of the first, so that tests run with what is served.
lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/); name it by UV=/path/to/uv" >&2; exit 1; }
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

# Brings new texts of code and templates into the catalogs; what they say in Chinese is written there by hand.
translations: $(VENV)/base.stamp
	@$(BABEL) extract -F pyproject.toml -k lazy_gettext --no-location --sort-output \
		--project=open-resource-marketplace -o $(TRANSLATIONS)/messages.pot catalog marketplace
	@test -e $(TRANSLATIONS)/zh/LC_MESSAGES/messages.po || $(BABEL) init -i $(TRANSLATIONS)/messages.pot -d $(TRANSLATIONS) -l zh
	@$(BABEL) update --no-fuzzy-matching --ignore-obsolete --no-wrap -i $(TRANSLATIONS)/messages.pot -d $(TRANSLATIONS) -l zh
	@$(MAKE) --no-print-directory $(CATALOGS)

%.mo: %.po | $(VENV)/base.stamp
	@$(BABEL) compile -i $< -o $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/base.stamp: requirements.txt | $(VENV)/made.stamp
	@echo "Installing what is needed into $(VENV) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/made.stamp
	@echo "Installing what tests need into $(VENV) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/base.stamp

$(VENV)/made.stamp:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON) here. Python 3.11 or newer is needed; name it by PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is `$(PYTHON) -V 2>&1`; Python 3.11 or newer is needed. Name another one by PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@
