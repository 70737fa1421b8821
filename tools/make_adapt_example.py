"""Write what `sequifi-lite adapt` prints, for the page on adapting.

    python tools/make_adapt_example.py urdu.parquet

The file holds embeddings of the corpus at https://github.com/siddiquelatif/URDU-Dataset, made by

    sequifi-lite embed URDU-Dataset --corpus urdu --pattern '(?P<emotion>\\w+)/(?P<speaker>S[MF]\\d+)_'
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sequifi_lite import adapt

PAGE = Path(__file__).parents[1] / "book" / "adapt_example.txt"
COMMAND = "$ sequifi-lite adapt emodb urdu.parquet --keep 40"


def text(printed: str) -> str:
    """Put the command above what it prints."""
    return f"{COMMAND}\n{printed}\nadapted-emodb-urdu/report.html\nadapted-emodb-urdu/model.safetensors\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        result = adapt(
            "emodb", sys.argv[1], keep=40, out=folder, told=lambda line: print(line, file=sys.stderr)
        )
        PAGE.write_text(text(str(result)), encoding="utf-8")
