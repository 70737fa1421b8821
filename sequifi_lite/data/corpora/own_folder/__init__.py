"""A reader's own corpus: any folder of audio whose labels are in a csv, in file names or in names of folders.

The result is the clip table of the published corpora, and with it everything odd that was found. Nothing is
dropped in silence: a file that is left out is counted and named with its reason, and what cannot be used is
refused with what to do.

The table has one more column for each way in which the corpus can be divided: `part_speaker`, `part_sentence`
or both hold the number of the part that a clip belongs to, -1 for clips that are left out.
`sequifi_lite.data.splits` reads these columns, so folds travel with the table into the pack. The first of
them is the main one.
"""
