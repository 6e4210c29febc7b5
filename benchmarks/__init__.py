"""What the numbers in docs/benchmarks.md come from. Never imported by the package."""
