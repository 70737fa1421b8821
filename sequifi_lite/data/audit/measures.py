"""What an audit counts and measures, and the lines that say it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from ..corpora.published import published_fields
from ..findings import in_a_row
from ..sound import RUN, fingerprints


def measured(name: str, clips: pd.DataFrame) -> dict:
    """Measure length, rate, loudness and clipping over a table of decoded clips, as plain numbers."""
    reference = fingerprints(name)
    loud = clips.loc[np.isfinite(clips["dbfs"]), "dbfs"]
    known = clips["file"].map(lambda file: reference.get(file, (0.0, 0, ""))).tolist()
    return {
        "seconds": _spread(clips.loc[:, "duration"]),
        "rates": {str(rate): int(n) for rate, n in sorted(Counter(clips["sample_rate"]).items())},
        "dbfs": _spread(loud),
        "at_full_scale": int(np.count_nonzero(clips["peak"] >= 0.999)),
        "clipped": int(np.count_nonzero(clips["run"] >= RUN)),
        "clipped_as_published": int(
            sum(then >= RUN and now >= RUN for (_, then, _), now in zip(known, clips["run"]))
        ),
        "sample_for_sample_as_published": int(
            sum(then == now for (_, _, then), now in zip(known, clips["digest"]))
        ),
        "clips": len(clips),
        "fingerprints": len(reference),
    }


def counts_of(name: str, clips: pd.DataFrame) -> pd.DataFrame:
    """Count clips by emotion, speaker and sentence, published and here."""
    wanted = published_fields(name)
    rows = []
    for what in ("emotion", "speaker", "sentence"):
        then = Counter(fields[what] for fields in wanted if fields[what] is not None)
        here = Counter(clips[what].dropna())
        rows += [(what, value, then[value], here[value]) for value in sorted(then.keys() | here.keys())]
    return pd.DataFrame(rows, columns=["what", "value", "published", "here"])


def count_lines(counts: pd.DataFrame, most: int = 8) -> list[str]:
    """Say what `counts_of` has counted, at most `most` values of a kind."""
    lines = []
    for what, rows in counts.groupby("what", sort=False):
        off = rows.loc[rows["published"] != rows["here"]]
        line = f"{what:9} {len(rows) - len(off):,} of {len(rows):,} as published"
        absent = int(np.count_nonzero(off["here"] == 0))
        there = off.loc[off["here"] > 0]
        shown = [
            f"{value} {here:,} of {then:,}"
            for value, here, then in zip(there["value"], there["here"], there["published"])
        ]
        if absent:
            line += f"; {absent:,} without a file"
        if shown:
            line += f"; {in_a_row(shown, most)}"
        lines.append(line)
    return lines


def measured_lines(values: dict) -> list[str]:
    """Say what `measured` has measured."""
    seconds, dbfs = values["seconds"], values["dbfs"]
    rates = ", ".join(f"{int(rate):,} Hz ({n:,})" for rate, n in values["rates"].items())
    lines = [
        f"length    {seconds['min']:.2f} to {seconds['max']:.2f} s, median {seconds['median']:.2f} s",
        f"rate      {rates}",
    ]
    if dbfs is not None:
        lines.append(
            f"loudness  {dbfs['min']:.1f} to {dbfs['max']:.1f} dBFS, median {dbfs['median']:.1f} "
            "(RMS of the clip, channels averaged, 0 = full scale)"
        )
    clipped = f"clipped   {values['clipped']:,} ({RUN} samples or more on end at full scale)"
    if values["fingerprints"]:
        clipped += f", of which {values['clipped_as_published']:,} as published"
        lines += [
            clipped,
            (
                f"samples   {values['sample_for_sample_as_published']:,} of {values['clips']:,} exactly the"
                " published ones"
            ),
        ]
    else:
        lines.append(clipped)
    return lines


def _spread(values: pd.Series) -> dict[str, float] | None:
    if not len(values):
        return None
    return {"min": float(values.min()), "median": float(values.median()), "max": float(values.max())}
