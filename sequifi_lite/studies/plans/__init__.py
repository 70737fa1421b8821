"""List what a study trains, one file per study; a study that is measured in one piece also does its work here.

It imports from its own package and from the packages left of studies.
A change of a list asks for other trainings, which `sequifi-lite study check` reports as missing; it makes no receipt
of an unchanged training stale.
"""
