"""Train a sample of every study's shipped cells anew, by the code of one commit, and count what is the same.

    python tools/train_again.py                  twenty cells of each study; writes results/trained-again
    python tools/train_again.py pairs chains     these two, printed only

The studies were measured at commits days apart and on more than one machine. The cells are drawn once for all
(a fixed seed), each is trained by itself, and every one of its predictions is compared with what is shipped.
Studies through other ears and those that train the encoder need recordings; they are not among these.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sequifi_lite.studies.digests import PROVENANCE
from sequifi_lite.studies.receipts import planned
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.same_sums import processor

ROOT = Path(__file__).resolve().parent.parent
NUMBER = 20  # cells of each study
#: Studies of cells that are trained on the packs in the wheel.
NAMES = sorted(name for name in STUDIES if not name.startswith(("moving", "ears")))


def draw(name: str, number: int = NUMBER) -> pd.DataFrame:
    """Draw shipped cells of a study that this code asks for, the same ones every time, problem by problem."""
    shipped = pd.read_parquet(ROOT / "results" / name / "cells.parquet")
    known = shipped[shipped["cell"].isin({cell.key for cell in planned(STUDIES[name].cells())})]
    drawn = known.sample(min(number, len(known)), random_state=0)
    where = drawn["corpora"].map(" ".join) + drawn["replicate"].astype(str)
    return drawn.loc[where.sort_values(kind="stable").index]  # so a source model is trained once


def again(name: str, number: int = NUMBER) -> dict:
    """Train the drawn cells of a study, each by itself, and count those with the shipped predictions."""
    torch.set_num_threads(1)
    begun, drawn = time.process_time(), draw(name, number)
    by_key = {cell.key: cell for cell in planned(STUDIES[name].cells())}
    apart = []
    for row in drawn.to_dict("records"):
        new = STUDIES[name].train([by_key[row["cell"]]]).iloc[0]
        there, here = (np.asarray(found["confusions"], dtype=int) for found in (row, new))
        apart.append(np.abs(there - here).sum() / 2 / there.sum())
    return {
        "study": name,
        "cells": len(pd.read_parquet(ROOT / "results" / name / "cells.parquet", columns=["cell"])),
        "drawn": len(drawn),
        "same": sum(share == 0 for share in apart),
        "most_predictions_apart_pct": round(100 * max(apart), 2),
        "cpu_seconds": round(time.process_time() - begun),
    }


def summed(table: pd.DataFrame) -> pd.DataFrame:
    """Set a line for all studies below the others."""
    line = {"study": "all", **table[["cells", "drawn", "same"]].sum()}
    line["most_predictions_apart_pct"] = table["most_predictions_apart_pct"].max()
    return pd.concat([table, pd.DataFrame([line])], ignore_index=True)


def commit() -> str:
    """Name the commit that the code stands at."""
    asked = ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def write(table: pd.DataFrame, seconds: float, at: str) -> None:
    """Write the table and where it comes from into ``results/trained-again``."""
    folder = ROOT / "results" / "trained-again"
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / "table.csv", index=False, lineterminator="\n")
    told = {
        "study": "trained-again",
        "command": "python tools/train_again.py",
        "commit": at,
        "date": datetime.date.today().isoformat(),
        "cpu_minutes": round(seconds / 60, 1),
        "processor": processor(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    (folder / PROVENANCE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print("Written to results/trained-again; now: python tools/seal_results.py trained-again")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "studies", nargs="*", metavar="STUDY", help=f"of {', '.join(NAMES)}; all, if none is named"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    asked = parser.parse_args()
    if unknown := set(asked.studies) - set(NAMES):
        parser.error(f"{sorted(unknown)[0]} is not a study on embeddings; name some of {', '.join(NAMES)}.")
    rows, at = [], commit()  # before the minutes in which somebody may commit something else
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        for row in pool.map(again, asked.studies or NAMES):
            rows.append(row)
            print(*row.values(), flush=True)
    if not asked.studies:
        table = pd.DataFrame(rows)
        write(summed(table.drop(columns="cpu_seconds")), table["cpu_seconds"].sum(), at)


if __name__ == "__main__":
    main()
