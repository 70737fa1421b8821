"""Give rivals of the literature the form in which they are at their best, where the book's own is narrower.

They import from learning, whose methods they extend, and from what stands left of it.
A change of one makes stale the receipts of the variants that bear its name.
"""
