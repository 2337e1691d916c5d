# Everything one does here, one word each. Nothing needs to be installed first but Python >= 3.11.
.PHONY: install run test check fix bench lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

# What it needs, into .venv; run does this by itself.
install: $(VENV)/run.stamp

# Look around: starts database, pages and worker on one port, with the demo in an empty database.
run: $(VENV)/run.stamp
	@exec $(BIN)/whoknows serve --demo

# Every gate and every test, those in a browser included.
test: check
	$(BIN)/python -m pytest

# The gates alone.
check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy src tests bench
	$(BIN)/basedpyright
	$(BIN)/djlint --lint --quiet src/whoknows
	git ls-files 'src/whoknows/*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	$(BIN)/deptry src
	$(BIN)/codespell
	$(BIN)/whoknows makemigrations --check --dry-run

# Mend what can be mended without thinking.
fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-git ls-files 'src/whoknows/*.html' | xargs $(BIN)/djade --target-version 5.2

# How fast and how good, beside others doing the same work in the same run.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

# Write the hash-locked requirements anew (needs uv).
lock:
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements/run.txt
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@echo "Installing what Whoknows needs into $(VENV) …"
ifdef UV
	@test -x $(BIN)/python || uv venv -q --python $(PYTHON) $(VENV)
	@uv pip install -q --python $(BIN)/python --require-hashes --no-deps -r requirements/run.txt
	@uv pip install -q --python $(BIN)/python --no-deps -e .
else
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --progress-bar off --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
endif
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what its tests need …"
ifdef UV
	@uv pip install -q --python $(BIN)/python --require-hashes --no-deps -r requirements/dev.txt
else
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
endif
	@touch $@
