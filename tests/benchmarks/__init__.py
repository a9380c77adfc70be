"""Speed and size: `python -m tests.benchmarks [name …]` prints a Markdown table. pytest collects nothing here."""
