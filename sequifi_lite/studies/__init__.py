"""Run and check what the book quotes: a study is a list of trainings, each kept under a hash of what decides it.

It imports from finetuning, learning, data, evaluation and errors; plans say what is run, tables what is printed.
A change of `training_run`, `finetuning_run` or `variants` makes receipts stale where their trainings reach it; the
runner, the registry, plans and tables decide no training and touch none.
"""
