"""Rivals where the encoder moves: readings of one training, with a tiny encoder; their plan and tables."""

import json
import os
from dataclasses import asdict, replace
from functools import partial

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pandas as pd
import pytest
import torch
from executed import executed
from sklearn.neighbors import NearestCentroid
from tiny_encoders import write_whisper

from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.synthetic.twin import write_twin
from sequifi_lite.finetuning import Evaluator, Steps, add_lora, merge_lora
from sequifi_lite.learning.methods import Vanilla
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies import finetuning_rivals as rivals, finetuning_training as moving, sound_and_weights
from sequifi_lite.studies.definitions import Place
from sequifi_lite.studies.finetuning_run import Run
from sequifi_lite.studies.outcome import tables_of
from sequifi_lite.studies.plans import finetuned_rivals
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.results import load
from sequifi_lite.studies.training_run import groups

PAIR = ("emodb", "mesd")
SMALL = dict(T=4, layer=2, batch=4, precision="float32")
WHOLE = rivals.RivalRun("router", PAIR, 0, 1e-2, **SMALL)
LORA = replace(WHOLE, variant="lora", head=1.0)
CACHES = (
    moving._problem,
    moving._source,
    rivals._heard_by_source,
    sound_and_weights.audio_root,
    sound_and_weights.audio_of,
)


@pytest.fixture(scope="module", autouse=True)
def study(tmp_path_factory):
    """The studies' own way of training, on the twin and a tiny encoder; what was read once is kept."""
    folder = tmp_path_factory.mktemp("rivals")
    twin = write_twin(folder / "twin", corpora=list(PAIR))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQUIFI_LITE_CORPORA", str(twin["emodb"].parent))
        patch.setenv("SEQUIFI_LITE_ENCODER", str(write_whisper(folder / "encoder")))
        patch.setattr(moving, "KEPT", folder / "sources")
        patch.setattr(moving, "SOURCE", {"steps": 30, "lr": 1e-3, "head": 10.0})
        for cached in CACHES:
            cached.cache_clear()
        yield
    for cached in CACHES:
        cached.cache_clear()


def problem_and_source():
    model = moving._source(PAIR, 0, FOUR, 2, 128, "float32").select([0]).train_only("all")
    return moving._problem(PAIR, 0, FOUR, 2), model


def few(problem, corpus, steps, seeds):
    return shuffled(problem.parts[corpus].train, steps, seeds, 4)


def by_hand(adapters):
    """The training of the rivals above, written out."""
    problem, model = problem_and_source()
    begun = add_lora(model, rivals.RANK, rivals.ALPHA, seed=0) if adapters else model
    head = partial(Steps, head=1.0 if adapters else 10.0)
    choices = {"stream": few, "optimiser": head, "evaluator": Evaluator}
    *_, stop = train_sequence(Vanilla(), problem, begun, steps=4, lr=1e-2, seeds=[0], **choices)
    return problem, model, merge_lora(stop.model) if adapters else stop.model


def right(row):
    """Clips of every corpus that were recognised, and all of them."""
    return {name: (np.trace(table.sum(0)), table.sum()) for name, table in tables_of(row).items()}


def asked_of(problem, part):
    return {name: problem.subset(name, part, moving.TESTED) for name in PAIR}


@pytest.mark.parametrize("adapters", [True, False])
def test_a_router_asks_the_model_of_the_nearer_mean_clip_by_clip(adapters):
    problem, source, after = by_hand(adapters)
    with torch.no_grad():
        vectors = {name: source.inputs(problem.X[problem.parts[name].train])[0].numpy() for name in PAIR}
    nearest = NearestCentroid().fit(
        np.concatenate(list(vectors.values())), np.repeat(PAIR, [len(each) for each in vectors.values()])
    )
    name = "lora-router" if adapters else "router"
    runs = [replace(LORA if adapters else WHOLE, variant=name, part=part) for part in ("valid", "test")]
    for run, row in zip(runs, rivals.train_rivals(runs).to_dict("records")):
        shares = []
        for corpus, rows in asked_of(problem, run.part).items():
            with torch.no_grad():
                asked = nearest.predict(source.inputs(problem.X[rows])[0].numpy())
            answers = [model.predict(problem.X[rows])[0].tolist() for model in (source, after)]
            said = [answers[who != "emodb"][i] for i, who in enumerate(asked)]
            assert right(row)[corpus] == (np.sum(said == problem.labels[rows]), len(rows))
            shares.append(100 * np.mean(asked == corpus))
        np.testing.assert_allclose(row["asked"], shares, rtol=1e-6)


def test_adapters_are_merged_into_one_model_and_told_with_their_distance():
    problem, source, after = by_hand(adapters=True)
    (row,) = rivals.train_rivals([LORA]).to_dict("records")
    for corpus, rows in asked_of(problem, "test").items():
        said = after.predict(problem.X[rows])[0].numpy()
        assert right(row)[corpus] == (np.sum(said == problem.labels[rows]), len(rows))
    there, here = after.state_dict(), source.state_dict()
    squares = sum(((there[name] - here[name]) ** 2).sum() for name in here)
    assert row["distance"][0] == pytest.approx(float(squares**0.5), rel=1e-5) and row["distance"][0] > 0
    moved = {name for name in here if not torch.equal(there[name], here[name])}
    assert {name.split(".")[-2] for name in moved if name.startswith("network")} == {"q_proj", "v_proj"}


def test_readings_of_one_training_are_those_of_each_alone_and_vanilla_and_nothing_lie_at_the_ends():
    shares = [replace(WHOLE, variant="interpolation", value=value) for value in (0.0, 0.5, 1.0)]
    group = [WHOLE, *shares]
    (together,) = groups(group)
    assert together == group
    table = rivals.train_rivals(group)
    for run, row in zip(group, table.to_dict("records")):
        (alone,) = rivals.train_rivals([run]).to_dict("records")
        np.testing.assert_array_equal(alone["confusions"], row["confusions"])
        assert alone["distance"] == row["distance"]
    plain = Run("vanilla", PAIR, 0, 1e-2, **SMALL)
    ends = [rivals.train_rivals([replace(plain, variant=name)]).iloc[0] for name in ("zero-shot", "vanilla")]
    for end, (_, row) in zip(ends, table.iloc[[1, 3]].iterrows()):
        np.testing.assert_array_equal(end["confusions"], row["confusions"])
    assert table["distance"][3] == ends[1]["distance"]
    assert table["distance"][2] == pytest.approx(0.5 * table["distance"][3], rel=1e-4)


def test_what_is_stored_is_counted():
    names = ("lora", "lora-router", "router", "interpolation")
    runs = [LORA, replace(LORA, variant="lora-router"), WHOLE, replace(WHOLE, variant=names[3], value=0.5)]
    told = {
        row["variant"]: row["stored"]
        for group in groups(runs)
        for row in rivals.train_rivals(group).to_dict("records")
    }
    width, blocks, hidden = 32, 2, 128
    head = (2 * width + 1) * hidden + (hidden + 1) * 4
    adapters = blocks * 2 * 2 * rivals.RANK * width  # queries and values; A and B
    everything = sum(p.numel() for p in problem_and_source()[1].parameters())
    assert told["lora"] == 0 and told["lora-router"] == adapters + head + 2 * 2 * width
    assert told["interpolation"] == everything and told["router"] == everything + 2 * 2 * width


@pytest.mark.parametrize("name", ["lora-router", "lora+vanilla-balanced", "lora+sequifi-canonical", "router"])
def test_all_that_runs_is_in_the_hash(name):
    run = replace(LORA, variant=name, order=(3, 1, 0, 2) if "sequifi" in name else None)
    for cached in CACHES:
        cached.cache_clear()
    ran = executed(lambda: rivals.train_rivals([run]))
    receipts = {
        Place(f"studies.{file}", name)
        for file, names in {
            "finetuning_rivals": ("train_rivals",),  # it only tells kinds of runs apart
            "finetuning_training": ("_kept", "_module", "folds_of", "_weights_in"),
            "sound_and_weights": ("inputs", "audio_of", "encoder_of"),
        }.items()
        for name in names
    }
    outside = ("studies.definitions", "data.sealed", "data.files", "errors")
    reached = set(rivals.used_by(rivals.reading_of(name).schedule, PAIR))
    assert {Place("finetuning.lora", "add_lora"), Place("learning.methods.router", "Router")} <= reached
    assert not {place for place in ran - reached - receipts if place.module not in outside}


def test_the_key_changes_with_every_setting():
    runs = [LORA, replace(LORA, variant="lora-router"), replace(LORA, lr=1e-3), replace(LORA, part="valid")]
    runs += [replace(LORA, variant="lora+vanilla-balanced"), WHOLE, replace(LORA, head=10.0)]
    runs += [replace(WHOLE, variant="interpolation", value=value) for value in (0.4, 0.6)]
    assert len({run.key for run in runs}) == len(runs)
    assert not {run.key for run in runs} & {Run(**asdict(run)).key for run in runs[-2:]}


CELLS = STUDIES["moving-rivals"].cells()


def test_the_plan_asks_for_every_run_once_and_shares_those_that_another_study_has():
    assert len(set(CELLS)) == len(CELLS) == len({cell.key for cell in CELLS})
    there = {tuple(group) for group in groups(STUDIES["moving-time-scale"].cells())}
    own = [group for group in groups(CELLS) if tuple(group) not in there]
    shared = [group for group in groups(CELLS) if tuple(group) in there]
    assert {cell.variant for group in shared for cell in group} == {*finetuned_rivals.REFERENCES, "zero-shot"}
    adapted = [group for group in own if group[0].variant.startswith("lora")]
    trained = set()
    for group in adapted:  # merged and routed, by validation and on test: one training
        _, _, schedule = rivals.reading_of(group[0].variant)
        trained.add((schedule, group[0].replicate, group[0].lr))
        assert len({cell.company for cell in group}) == 1
        assert sorted((rivals.reading_of(cell.variant).routed, cell.part) for cell in group) == [
            (routed, part) for routed in (False, True) for part in ("test", "valid")
        ]
    others = [group for group in own if group not in adapted]
    assert [group[0].head for group in others] == [100.0] * 3 + [10.0, 100.0, 10.0, 100.0, 10.0]
    assert {len(group) for group in others} == {2, 2 * (1 + len(finetuned_rivals.SHARES))}
    short = "sequifi-cyclic-20-carried"
    rates = {name: finetuned_rivals.ADAPTED[end] for name, end in (("vanilla", ""), (short, f"+{short}"))}
    assert trained == {
        (name, r, rate)
        for name in ("vanilla", short)
        for r in range(3)
        for rate in (finetuned_rivals.ADAPTER_RATES if r == 0 else [rates[name]])
    }


GOOD = {"vanilla": 14, "vanilla-balanced": 15, "zero-shot": 8, "lora": 16, "lora-router": 17}
GOOD |= {"slow-encoder": 13, "interpolation": 11}


def outcome(run):
    """A row whose second rate is best on validation, and worst on test, but in a replicate that has one."""
    name = finetuned_rivals.named(run.variant, run.head)
    rates = {cell.lr for cell in CELLS if (cell.variant, cell.head) == (run.variant, run.head)}
    slower = abs(sorted(rates).index(run.lr) - min(1, len(rates) - 1))
    good = GOOD.get(name, 12) + (-slower if run.part == "valid" else slower)
    good -= 0 if run.value is None else round(10 * abs(run.value - 0.6))
    if run.part == "valid" and run.replicate and name not in finetuned_rivals.REFERENCES and not run.value:
        good = 0  # decides nothing: the other rates were not run there
    table = np.zeros((4, 4), dtype=np.uint16)
    for k in range(4):
        table[k, k], table[k, (k + 1) % 4] = good, 24 - good
    row = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(run).items()}
    row |= {"groups": json.dumps({name: ["a", "b", "c"] for name in run.corpora}), "depth": "all"}
    row |= {"confusions": np.stack([table] * 6).reshape(-1), "distance": np.array([1.0])}
    if isinstance(run, rivals.RivalRun):
        routed = rivals.reading_of(run.variant).routed
        row |= {"stored": 7 * routed, "asked": np.array([90.0, 80.0] * routed)}
    return row


def test_validation_chooses_the_rate_and_test_is_told():
    tables = finetuned_rivals.report(pd.DataFrame([outcome(run) for run in CELLS]))
    means = tables["means"].set_index("name")
    assert len(means) == len(tables["table"].loc[tables["table"]["chosen"]]) == 3 + 1 + 3 + 2 * 2
    rates = {name: 1e-5 for name in finetuned_rivals.REFERENCES} | {"zero-shot": 5e-6, "lora": 1e-3}
    rates |= {"slow-encoder": 3e-6, "interpolation": 2e-5, "lora-router": 1e-3}
    assert means["lr"].loc[list(rates)].to_dict() == rates and means.loc["interpolation", "value"] == 0.6
    share = 100 / 24
    for name, good in GOOD.items():
        assert means.loc[name, "both"] == means.loc[name, "both_low"] == round(share * good, 2)
        for column, other in {"vs_vanilla": 14, "vs_balanced": 15, "vs_short": 12, "dS": 8}.items():
            assert means.loc[name, column] == pytest.approx(share * (good - other), abs=6e-3)
    assert means.loc["lora-router", ["asked_source", "asked_target", "stored"]].tolist() == [90, 80, 7]
    assert means["stored"].loc[["vanilla", "lora", "slow-encoder"]].tolist() == [0, 0, 0]
    assert means["asked_source"].isna().sum() == len(means) - 3


def test_the_rate_that_the_other_replicates_have_is_the_one_that_the_first_chose():
    table, _ = load("moving-rivals")
    chosen = table.loc[table["chosen"]].set_index("name")
    for end, rate in finetuned_rivals.ADAPTED.items():
        assert chosen.loc["lora" + end, "lr"] == chosen.loc["lora-router" + end, "lr"] == rate
    assert chosen.loc["slow-encoder", "lr"] == finetuned_rivals.SLOWLY
    assert chosen.loc["vanilla", "lr"] == finetuned_rivals.VANILLA_RATE
    assert (chosen["runs"] == len(finetuned_rivals.REPLICATES)).all()
