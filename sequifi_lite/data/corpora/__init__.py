"""Six corpora of emotional speech, each a module of facts and the grammar of its file names.

A module may import the words of `emotions` and the kinds of address of `sources`; what looks through folders
stands beside them and may import from the modules of `data` that know sound and files. Fine-tuning reads
corpora from disk, so a change of a grammar, a label, a defect or a scan makes receipts of the studies
`moving...` stale; studies on embeddings reach the columns of the clip table and nothing else.

To add a corpus, write its module (`emodb` is the shortest) and add it to `CORPORA`.
"""

from __future__ import annotations

from . import cremad, emodb, mesd, nemo, ravdess, shemo

CORPORA = {"cremad": cremad, "ravdess": ravdess, "emodb": emodb, "mesd": mesd, "shemo": shemo, "nemo": nemo}
