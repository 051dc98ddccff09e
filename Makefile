# Two commands for a newcomer: `make run` and `make test`. Each sets up what it needs first.
PYTHON ?= python3
B := .venv/bin

.PHONY: run test check bench crash lock train
run:
	@$(PYTHON) balie/bootstrap.py run
	@exec $(B)/balie up

test:
	@$(PYTHON) balie/bootstrap.py test
	@$(B)/python tests/run.py

check:
	@$(PYTHON) balie/bootstrap.py check
	@$(B)/python tests/run.py check

bench:
	@$(PYTHON) balie/bootstrap.py test
	@$(B)/python -m bench

lock:
	@$(PYTHON) balie/bootstrap.py lock

crash:
	@$(PYTHON) balie/bootstrap.py test
	@BALIE_CRASH_KILLS=600 $(B)/python -m pytest -s tests/crash
