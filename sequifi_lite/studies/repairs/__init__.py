"""Change one thing about a class-ordered schedule: ways to mend it that are no methods of the literature.

They import from learning, whose methods they extend, and from what stands left of it.
A change of one makes stale the receipts of the variants that bear its name.
"""
