"""Write what `sequifi-lite adapt` prints, for the page on adapting.

    python tools/make_adapt_example.py

Both corpora are packs that come with the library, so that anybody gets the same text. It takes a minute.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from sequifi_lite import adapt

PAGE = Path(__file__).resolve().parent.parent / "book" / "adapt_example.txt"
SOURCE, TARGET, KEEP = "emodb", "mesd", 40


def text(printed: str) -> str:
    """Put the command above what it prints."""
    out = f"adapted-{SOURCE}-{TARGET}"
    return (
        f"$ sequifi-lite adapt {SOURCE} {TARGET} --keep {KEEP}\n{printed}\n"
        f"{out}/report.html\n{out}/model.safetensors\n"
    )


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = adapt(SOURCE, TARGET, KEEP, folder, told=lambda line: print(line, file=sys.stderr))
    PAGE.write_text(text(str(result)), encoding="utf-8")
