"""Benchmarks. `make bench` runs all POINTS of `benchmarks.__main__` and writes docs/performance.md."""
