"""Write what `sequifi-lite adapt` prints, for the page on adapting: book/adapt_example.txt.

    python tools/make_adapt_example.py

Both corpora are packs that come with the library, so that anybody gets the same text but for the minutes. It
takes about one on a core of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sequifi_lite import adapt  # noqa: E402

PAGE = ROOT / "book" / "adapt_example.txt"
SOURCE, TARGET, KEEP = "emodb", "mesd", 40


def text(printed: str) -> str:
    """Put the command above what it prints, and below it what it leaves."""
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
