"""The study ``told``: a head for each corpus, and somebody says which corpus a clip comes from."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ...evaluation.over_corpora import jackknife
from ...evaluation.statistics import bootstrap_uar, with_intervals
from ..grouped import grouped
from ..tables.pairwise import FINE, stacked
from ..tables.verdict import cells_of
from ..tuning import EXPLORATORY_PAIRS

Draws = dict[tuple[str, ...], np.ndarray]


def study(progress=lambda text: None) -> pd.DataFrame:
    """Compare heads that are asked by the true corpus with vanilla; nothing is trained.

    The head of the first corpus is the source model, that of any other the source model fine-tuned on that
    corpus alone, as vanilla is on a pair. So all that is needed stands in the cells of ``rivals`` and
    ``rivals-chains``. Draw i resamples the same speakers of a corpus in every entry.

    Returns
    -------
    DataFrame
        Two rows, ``where`` pairs and chains: ``both``, the mean UAR over all corpora in the end, in %, and
        ``vs_vanilla`` with 95 % intervals over speakers; for pairs ``vs_vanilla_corpora_low`` and ``_high``,
        over corpora; ``vs_vanilla_least`` and ``_most``, the range; how ``many`` pairs or chains.
    """
    progress("heads, each on its own corpus")
    heads, vanilla = dict(_scores("rivals", "zero-shot")), dict(_scores("rivals", "vanilla"))
    own = {pair[0]: by_corpus[pair[0]] for pair, by_corpus in heads.items()}
    alone = {pair: by_corpus[pair[-1]] for pair, by_corpus in vanilla.items()}
    tested = [pair for pair in vanilla if pair not in EXPLORATORY_PAIRS]
    along = dict(_scores("rivals-chains", "vanilla"))
    rows = []
    for where, names, plain in (("pairs", tested, vanilla), ("chains", list(along), along)):
        both = {chain: told(chain, own, alone) for chain in names}
        gain = {c: both[c] - np.mean(list(plain[c].values()), axis=0) for c in names}
        draws = {"both": _mean(both), "vs_vanilla": _mean(gain)}
        each: dict[Sequence[str], float] = {chain: float(values[0]) for chain, values in gain.items()}
        row = {"where": where, "many": len(names)} | with_intervals(draws)
        row |= {"vs_vanilla_least": min(each.values()), "vs_vanilla_most": max(each.values())}
        if where == "pairs":
            row |= dict(zip(("vs_vanilla_corpora_low", "vs_vanilla_corpora_high"), jackknife(each)))
        rows.append(row)
    return pd.DataFrame(rows).round(2)


def told(chain: Sequence[str], own: dict[str, np.ndarray], alone: Draws) -> np.ndarray:
    """Average the scores of a chain's heads, each on its own corpus: draws (draws + 1,) in %."""
    first, *later = chain
    return np.mean([own[first], *(alone[first, corpus] for corpus in later)], axis=0)


def _mean(by_chain: Draws) -> np.ndarray:
    return np.mean(list(by_chain.values()), axis=0)


def _scores(study: str, name: str) -> Iterator[tuple[tuple[str, ...], dict[str, np.ndarray]]]:
    """Draw the final UAR in % on every corpus, for each chain of a study."""
    cells = cells_of(study)
    cells = cells[cells["variant"] == name].assign(_corpora=lambda table: table["corpora"].map(tuple))
    for (chain,), runs in grouped(cells, ["_corpora"]):
        tables, _ = stacked(runs)
        yield chain, {c: 100 * bootstrap_uar([t], FINE, zlib.crc32(c.encode())) for c, t in tables.items()}
