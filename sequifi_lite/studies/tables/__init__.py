"""Make the tables of a finished study from its trainings: means, intervals and comparisons, one file per design.

It imports from its own package and from the packages left of studies.
A change here is seen in ``results/*/*.csv`` and in the numbers of the book; it touches no receipt.
"""
