"""The study of advice: its rules against their closed form and brute force, its tables against a loop."""

import numpy as np
import pytest

from sequifi_lite.studies import results
from sequifi_lite.studies.adapting.candidates import ALWAYS, Keep
from sequifi_lite.studies.plans import advice
from sequifi_lite.studies.plans.advice import known_gains, weighed

KNOWN = {"er": (1.0, 0.5), "gem": (0.2, 2.0), "zero-shot": (-10.0, 5.0)}
SCORES = {
    "vanilla": [70.0, 80.0, 75.0, 78.0],
    "er": [71.0, 79.0, 77.0, 80.0],
    "gem": [73.0, 84.0, 75.5, 79.0],
    "zero-shot": [50.0, 66.0, 61.0, 60.0],
}


def test_weighed_gains_are_means_of_the_posterior():
    """By brute force: prior times likelihood on a fine grid of gains."""
    gains = {name: np.subtract(SCORES[name], SCORES["vanilla"]) for name in KNOWN}
    noise = np.mean([gain.var(ddof=1) for gain in gains.values()])
    grid = np.linspace(-60, 60, 240_001)
    for name, value in weighed(SCORES, KNOWN).items():
        if name == "vanilla":
            assert value == 0
            continue
        mean, spread = KNOWN[name]
        log = -((grid - mean) ** 2) / (2 * spread**2)
        for gain in gains[name]:
            log -= (gain - grid) ** 2 / (2 * noise)
        weight = np.exp(log - log.max())
        assert value == pytest.approx((weight * grid).sum() / weight.sum(), abs=1e-6)


def test_what_is_known_for_sure_is_not_moved_and_one_fold_tells_nothing_of_its_noise():
    sure = weighed(SCORES, KNOWN | {"gem": (0.4, 0.0)})
    assert sure["gem"] == pytest.approx(0.4)
    one = weighed({name: values[:1] for name, values in SCORES.items()}, KNOWN)
    assert one == {"vanilla": 0.0} | {name: mean for name, (mean, _) in KNOWN.items()}


def test_folds_that_agree_are_believed():
    same = {name: [values[0]] * 4 for name, values in SCORES.items()}
    assert weighed(same, KNOWN)["gem"] == pytest.approx(3.0)


def test_known_gains_are_those_of_a_loop_over_pairs():
    table, _ = results.load("pairs")
    wanted = [
        row["vs_vanilla"]
        for row in table.to_dict("records")
        if row["variant"] == "gem"
        and not row["exploratory"]
        and "mesd" not in (row["source_corpus"], row["target_corpus"])
    ]
    assert len(wanted) == 10  # 17 pairs but for the seven with MESD
    assert known_gains(without=["mesd"])["gem"] == pytest.approx((np.mean(wanted), np.std(wanted, ddof=1)))
    assert len(known_gains()) == table["variant"].nunique()


@pytest.mark.parametrize("keep", advice.KEPT, ids=lambda keep: keep.what)
def test_every_rule_takes_a_method_that_is_allowed(keep):
    known = known_gains()
    draws = np.random.default_rng(0)
    scores = {name: list(80 + draws.normal(0, 2, 5)) for name in (*ALWAYS, *keep.allowed)}
    taken = advice.choices(scores, known, keep)
    first = sorted(keep.allowed, key=lambda name: known[name][0])[-3:]
    assert taken["validation"] == max((*ALWAYS, *first), key=lambda name: np.mean(scores[name]))
    assert taken["the pairs"] == first[-1] and taken["plain fine-tuning"] == "vanilla"
    assert taken["weighed"] in (*ALWAYS, *first)


def test_the_best_on_validation_by_far_is_taken_by_both_rules():
    scores = {name: [80.0, 81.0, 79.0] for name in (*ALWAYS, *Keep("clips", 40).allowed)}
    scores["a-gem"] = [88.0, 89.5, 87.2]
    taken = advice.choices(scores, known_gains(), Keep("clips", 40))
    assert taken["validation"] == taken["weighed"] == "a-gem"
