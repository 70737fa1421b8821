"""The advocate's plans are fair by the rules of the others, and its table of replay counts."""

import json

import numpy as np
import pandas as pd

from sequifi_lite.studies.plans import advocate, advocate_six
from sequifi_lite.studies.results import load
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS, chosen


def test_rates_are_those_that_validation_chose_on_pairs():
    table, _ = load("time-scale-tuning")
    best = table[table["chosen"] & (table["optimiser"] == "adam")].set_index("variant")["lr"]
    for cell in advocate.cells() + advocate_six.cells():
        name = "vanilla" if cell.variant == "zero-shot" else cell.variant.removesuffix("+er")
        assert cell.lr == (chosen()["er"]["lr"] if name == "er" else best[name]) and cell.T == 200
    replayed = {(cell.variant, cell.value) for cell in advocate.cells() if cell.variant in advocate.REPLAYED}
    assert replayed == {(name, chosen()["er"]["value"]) for name in advocate.REPLAYED}


def test_six_emotions_leave_out_the_pairs_of_choices_and_put_each_emotion_at_each_place():
    cells = advocate_six.cells()
    assert len({cell.corpora for cell in cells}) == 9 and not {*EXPLORATORY_PAIRS} & {
        c.corpora for c in cells
    }
    orders = np.array(advocate_six.ORDERS)
    assert (np.sort(orders, 0) == np.arange(6)[:, None]).all()


def test_the_difference_of_the_two_kinds_of_replay_by_hand():
    chain, rows = ("emodb", "mesd", "ravdess"), []
    right = {
        "zero-shot": 4,
        "vanilla": 6,
        "vanilla-balanced": 6,
        "er": 8,
        "vanilla-balanced+er": 7,
        advocate.REPLAYED[0]: 9,
    }
    for name, hits in right.items():
        table = np.zeros((4, 4), dtype=np.uint16)
        np.fill_diagonal(table, hits)
        table[np.arange(4), (np.arange(4) + 1) % 4] = 20 - hits
        names = json.dumps({corpus: ["a", "b", "c"] for corpus in chain})
        for order in [(0, 1, 2, 3), (3, 2, 1, 0)] if "sequifi" in name else [None]:
            rows.append(
                {"variant": name, "replicate": 0, "corpora": list(chain), "order": order, "groups": names,
                 "emotions": list("abcd"), "confusions": np.stack([table] * 18).reshape(-1)}
            )  # fmt: skip
    made = advocate.report(pd.DataFrame(rows))["replayed"].iloc[0]
    assert made["vs_er"] == made["vs_er_low"] == made["least"] == made["most"] == 5 and made["chains"] == 1
    assert made["vs_balanced"] == made["vs_balanced_low"] == made["vs_balanced_high"] == 10
