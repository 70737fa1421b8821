"""Write the digests of results into their provenance, after a file beside it was changed on purpose.

    python tools/seal_results.py            every folder of results/
    python tools/seal_results.py mutants    one of them

Reading a table checks it against these digests (`sequifi_lite.studies.digests`); a test tells where they
differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sequifi_lite.studies.digests import seal

RESULTS = Path(__file__).resolve().parent.parent / "results"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="folders of results/; all unless given")
    names = parser.parse_args().names
    for name in names or sorted(path.parent.name for path in RESULTS.glob("*/provenance.json")):
        if seal(RESULTS / name):
            print(name)
