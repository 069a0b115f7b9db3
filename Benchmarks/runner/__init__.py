"""Runs the benchmarks: `python3 -m runner.engine` and so on, in this folder's parent. `scripts/bench` starts it."""
