"""From a folder of sound to a problem that a learner is given: corpora, encoders, packs, splits, audits.

Its modules may import from each other, from `evaluation` and from `errors`, and from nothing to their right.
A change of what a training reaches (packs, splits, problem; for fine-tuning also scans, audio and encoders)
makes the receipts of all studies stale that train on it; what only looks, gets or tells makes none stale.
"""
