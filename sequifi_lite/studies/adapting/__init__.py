"""Adapt a recogniser to a new corpus: from a folder of sound to a model and a report on what it is worth.

`inputs` finds the two corpora, `leaks` refuses those whose folds would deceive, `candidates` says what the
studies recommend for what may be kept, `trials` trains, `scores` judges, `evidence` says where that is thin,
and `adapt` puts them together.
"""
