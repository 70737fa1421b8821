"""Learn a chain of corpora on frozen embeddings: heads, schedules, memories, the loop and one file per method.

It imports from data what a problem is, from evaluation the metrics, and errors.
A change here makes receipts stale of every study whose trainings reach the changed definition: the loop, heads
and schedules are reached by all, a method by its own variants alone.
"""
