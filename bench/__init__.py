"""Benchmarks: `make bench`, or one at a time, such as `python -m bench store`."""
