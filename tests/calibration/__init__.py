"""The shipped calibration and what it was fitted to: `python -m tests.calibration` fits and writes it anew."""
