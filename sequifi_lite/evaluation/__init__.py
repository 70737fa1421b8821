"""Say what came of a training and how sure that is: arrays in, scores and intervals out.

It imports from errors alone, so nothing here knows what a corpus or a model is.
A change of `metrics.confusion`, `metrics.recalls`, `metrics.uar` or `statistics.by_group` makes receipts of
all studies stale, because every training reaches them; all else changes tables, and no receipt.
"""
