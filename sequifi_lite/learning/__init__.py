"""Learn a chain of corpora on frozen embeddings: heads, schedules, memories, the loop, and a file per method.

It imports from data what a problem is, from evaluation the metrics, and errors.
A change makes receipts stale of every study whose trainings reach it: all of them reach the loop, heads and
schedules, and a method is reached by its own variants alone.
"""
