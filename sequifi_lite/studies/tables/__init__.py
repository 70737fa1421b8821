"""Make the tables of a finished study from its trainings: means, intervals, comparisons, a file per design.

It imports from its own package and from those left of it, and from the modules of studies.
A change is seen in ``results/*/*.csv`` and in the numbers of the book; it touches no receipt.
"""
