"""A corpus on disk against the corpus as it was published: every file decoded, everything odd about it named.

Findings come in three levels. ``known`` is a defect that the published corpus itself has; ``finding`` is
anything else that is not as published; ``note`` is worth a line but changes nothing. Only findings make the
exit code 1. Files are decoded in blocks, one at a time, so memory does not grow with their number or length.
"""

# ruff: noqa: F401
from .corpus import Audit as Audit, audit as audit, to_json as to_json
from .manifest import (
    checksums as checksums,
    compare as compare,
    read_manifest as read_manifest,
    write_manifest as write_manifest,
)
