"""List what a study trains, one file per study; a study that is measured in one piece does its work here too.

It imports from its own package and from those left of it, and from the modules of studies.
A change of a list asks for other trainings, which `sequifi-lite study check` calls missing; receipts of
trainings that stay in the list hold.
"""
