"""Figures, not tests. `make bench` runs every point of `benchmarks.__main__` and writes docs/performance.md."""
