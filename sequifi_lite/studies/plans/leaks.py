"""The study ``leaks``: what a leak buys."""

from __future__ import annotations

import pandas as pd

from ...data.emotions import FOUR
from ...data.leaks.cost import leak_cost, leaks_of
from ...data.pack import SHIPPED, files_in, load_pack


def leaks(progress=lambda text: None) -> pd.DataFrame:
    """Measure what a leak buys on every shipped corpus.

    Every kind of leak, on the four emotions and on all, five draws each.

    See `sequifi_lite.data.leaks.cost.leak_cost`. UAR in % without the leak (``clean``) and with it
    (``leaky``) and their difference (``cost``), each with a 95 % interval over speakers (MESD: words);
    ``sd_draws`` is in points.
    """
    rows = []
    for path in files_in(SHIPPED):
        pack = load_pack(path.stem)
        for emotions, chosen in (("four", FOUR), ("all", None)):
            for leak in leaks_of(path.stem):
                progress(f"{path.stem}, {emotions} emotions, {leak}")
                price = leak_cost(pack, leak, chosen)
                row = {"corpus": path.stem, "emotions": emotions, "leak": leak}
                row |= {
                    name: getattr(price, name) for name in ("clips", "groups", "train", "leaked", "draws")
                }
                for name in ("clean", "leaky", "cost"):
                    values = [round(value, 2) for value in getattr(price, name)]
                    row |= dict(zip((name, f"{name}_low", f"{name}_high"), values))
                rows.append(row | {"sd_draws": round(price.sd, 2)})
    return pd.DataFrame(rows)
