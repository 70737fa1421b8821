"""Loaded into the workers of a test's cluster: sources of one step, as in the test itself."""

from sequifi_lite import cells

cells.STEPS["zscore"] = 1
