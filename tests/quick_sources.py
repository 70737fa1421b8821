"""Loaded into the workers of a test's cluster: sources of one step, as in the test itself."""

from sequifi_lite.studies import training_run as cells

cells.STEPS["zscore"] = 1
