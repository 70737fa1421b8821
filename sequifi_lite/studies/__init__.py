"""Run and check what the book quotes: a study is a list of trainings, each under a hash of what decides it.

It imports from finetuning, learning, data, evaluation and errors; plans say what is run, tables what is
shown.
A change of the files named ``_run`` or of variants makes receipts stale where trainings reach it; the
runner, the registry and tables touch none, and another plan asks for other trainings.
"""
