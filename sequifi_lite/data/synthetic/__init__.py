"""Computed voices: a small synthesiser, and the twin, miniature corpora in the trees and names of real ones.

It may import from the modules of `data` beside it and from nothing to their right. No training reaches it and
no result is taken from it, so a change here makes no receipt stale; tests and pages would sound otherwise.
"""
