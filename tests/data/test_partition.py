"""Dividing into even parts, against every division there is."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.data.partition import divide

WEIGHTS = {"anger": 2, "happiness": 2, "neutral": 2, "sadness": 2, "fear": 1, "disgust": 1}


def clips(seed, groups=7, corpus="own", most=9):
    generator = np.random.default_rng(seed)
    rows = []
    for g in range(groups):
        gender = "female" if generator.random() < 0.5 else "male"
        for emotion in WEIGHTS:
            for _ in range(int(generator.integers(0, most))):
                letter = "A" if generator.random() < 0.4 else "B"
                rows.append(
                    {"corpus": corpus, "file": f"x_y_{letter}_{len(rows)}.wav", "emotion": emotion,
                     "gender": gender, "speaker": f"s{g}"}
                )  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1, random_state=seed, ignore_index=True)


def cost(table, part, parts):
    """Squared relative deviations from an equal share, of classes, genders, groups and MESD's word list."""
    number = table["speaker"].map(part)
    features = [(table["emotion"] == word, weight) for word, weight in WEIGHTS.items()]
    features += [(table["gender"] == gender, 1) for gender in ("female", "male")]
    if (table["corpus"] == "mesd").all():
        features.append((table["file"].str.contains("_A_"), 1))
    total = sum((list(part.values()).count(p) / (len(part) / parts) - 1) ** 2 for p in range(parts))
    for on, weight in features:
        share = on.sum() / parts
        if share:
            total += weight * sum(((on & (number == p)).sum() / share - 1) ** 2 for p in range(parts))
    return total


@pytest.mark.parametrize(
    ("seed", "parts", "corpus"), [(0, 2, "own"), (1, 3, "own"), (2, 2, "mesd"), (3, 3, "mesd"), (4, 2, "own")]
)
def test_no_division_is_more_even(seed, parts, corpus):
    table = clips(seed, 6 if parts == 3 else 8, corpus)
    found = divide(table, "speaker", parts)
    speakers = sorted(set(table["speaker"]))
    assert list(found) == speakers and set(found.values()) == set(range(parts))
    assert list(dict.fromkeys(found.values())) == list(range(parts))  # numbered by their first group
    # Parts may be numbered at will: the first group is in part 0.
    every = [
        cost(table, dict(zip(speakers, (0, *rest))), parts)
        for rest in product(range(parts), repeat=len(speakers) - 1)
        if len({0, *rest}) == parts
    ]
    assert cost(table, found, parts) == pytest.approx(min(every))
    assert len(set(np.round(every, 9))) > 9  # there was something to choose


def test_the_order_of_rows_and_their_index_do_not_matter():
    table = clips(5)
    again = table.sample(frac=1, random_state=9).set_index(np.arange(len(table)) + 7)
    assert divide(table, "speaker", 3) == divide(again, "speaker", 3)


def test_a_giant_among_few_leaves_no_part_empty():
    table = clips(6, groups=3)
    giant = pd.concat([table[table["speaker"] == "s0"]] * 40, ignore_index=True)
    found = divide(pd.concat([giant, table], ignore_index=True), "speaker", 3)
    assert sorted(found.values()) == [0, 1, 2]


def test_primary_emotions_weigh_double():
    """Four speakers: either anger can be even, or fear and disgust; two of weight one are as much as one."""
    counts = {
        "a": {"anger": 4, "fear": 4}, "b": {"anger": 4, "disgust": 1},
        "c": {"sadness": 4, "fear": 4}, "d": {"sadness": 4, "disgust": 1},
    }  # fmt: skip
    rows = [
        {"corpus": "own", "file": "x.wav", "emotion": word, "gender": "female", "speaker": name}
        for name, some in counts.items()
        for word, n in some.items()
        for _ in range(n)
    ]
    found = divide(pd.DataFrame(rows), "speaker", 2)
    assert found["a"] != found["b"] and found["c"] != found["d"]  # anger and sadness in both parts
    assert found["a"] != found["c"] and found["b"] != found["d"]  # fear and disgust too: this can be had
