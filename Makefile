# Two commands for a newcomer: `make run` and `make test`. Each sets up what it needs first.
PYTHON ?= python3
B := .venv/bin

.PHONY: run test check bench crash lock tune
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

# Anew from the training data: the tuned encoder (nlu/tuned.npz), then the vectors of all examples (nlu/vectors.npz).
tune:
	@$(PYTHON) balie/bootstrap.py tune
	@nlu/tuning/.venv/bin/python -m nlu.tuning
	@nlu/.venv/bin/python -m nlu.vectors
