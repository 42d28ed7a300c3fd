"""Benchmarks: `python -m bench` runs all, `python -m bench.one_batch` one of them. Figures: docs/performance.md."""
