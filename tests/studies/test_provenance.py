"""Studies: the summary against a loop in plain words, and files that appear whole or not at all."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from click.testing import CliRunner
from sklearn.metrics import recall_score

from sequifi_lite.data.problem import load_problem
from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.class_order import all_orders
from sequifi_lite.learning.heads import MLP
from sequifi_lite.studies import provenance as study, results
from sequifi_lite.studies.plans import first as first_plan


@pytest.fixture(scope="module")
def problems():
    torch.set_num_threads(1)
    return [load_problem(("mesd", "emodb"), fold) for fold in (0, 1)]


def test_summary_pools_over_replicates_and_averages_over_orders(problems):
    heads = [MLP([100 * r + i for i in range(24)]) for r in (0, 1)]
    cells = [first_plan.tested(problem, head) for problem, head in zip(problems, heads)]
    other = [first_plan.tested(problem, MLP([50 + r])) for r, problem in enumerate(problems)]
    draws, base = first_plan._draws(cells, "mesd", "emodb"), first_plan._draws(other, "mesd", "emodb")
    summary = first_plan._summary(cells, draws, "emodb", base, base)
    for role, corpus in (("target", "emodb"), ("source", "mesd")):
        per_order = []
        for order in range(24):
            truth, said = [], []
            for problem, head in zip(problems, heads):
                rows = problem.parts[corpus].test
                truth += problem.y[rows].tolist()
                said += head.predict(problem.X[rows])[order].tolist()
            per_order.append(100 * recall_score(truth, said, average="macro"))
        assert summary[role] == pytest.approx(np.mean(per_order), abs=0.005)
        assert summary[f"{role}_low"] <= summary[role] <= summary[f"{role}_high"]
        if role == "target":
            assert summary["sd_orders"] == pytest.approx(np.std(per_order, ddof=1), abs=0.005)
    # Differences are taken on the same resampled speakers, so their interval is not that of independent
    # scores.
    differences = 100 * (draws["target"] - base["target"])
    assert summary["vs_twin"] == pytest.approx(100 * (draws["target"][0] - base["target"][0]), abs=0.005)
    assert (summary["vs_zero_low"], summary["vs_zero_high"]) == pytest.approx(
        np.quantile(differences[1:], [0.025, 0.975]), abs=0.01
    )
    kept = 100 * (draws["source"] - base["source"])
    assert kept.any() and summary["source_vs_zero"] == pytest.approx(kept[0], abs=0.005)
    ends = summary["source_vs_zero_low"], summary["source_vs_zero_high"]
    assert ends == pytest.approx(np.quantile(kept[1:], [0.025, 0.975]), abs=0.01)
    assert summary["both"] == pytest.approx((summary["source"] + summary["target"]) / 2, abs=0.01)
    shares = []
    for order, last in enumerate(all_orders(4)[:, -1]):
        said = torch.cat(
            [
                head.predict(problem.X[problem.parts["emodb"].test])[order]
                for problem, head in zip(problems, heads)
            ]
        )
        shares.append((said == last).float().mean().item())
    assert summary["last_share"] == pytest.approx(100 * np.mean(shares), abs=0.005)
    assert summary["runs"] == 48


def test_every_setting_gets_the_budget_it_is_named_after(problems, monkeypatch):
    seen = []
    monkeypatch.setattr(
        first_plan,
        "train",
        lambda head, X, y, schedule, lr, evaluator: seen.append((head.runs, schedule, lr)),
    )
    names = [setting for setting, _ in first_plan.learners(problems[0], MLP([0]), 0)]
    assert names[0] == ("zero-shot", None, 0) and len(set(names)) == len(names)
    for (variant, lr, steps), (runs, schedule, used_lr) in zip(names[1:], seen, strict=True):
        assert lr == used_lr and runs == len(schedule.rows) == (24 if variant.startswith("sequifi") else 1)
        if variant != "joint":
            assert len(schedule.stage) == steps
        assert len(schedule.ends) == {
            "sequifi-canonical": 4,
            "sequifi-newhead": 4,
            "sequifi-cyclic-5": 20,
        }.get(variant.removesuffix("-carried"), 1)
        assert schedule.reset.sum() == (1 if variant.endswith("-carried") else len(schedule.ends))
        target = set(problems[0].parts["emodb"].train)
        assert variant == "joint" or set(schedule.rows.ravel()) <= target


def test_run_writes_table_and_provenance(tmp_path, monkeypatch):
    monkeypatch.setitem(study.IN_ONE_PIECE, "first", lambda progress: pd.DataFrame({"a": [1.25]}))
    first = study.run("first", tmp_path)
    assert (first / "table.csv").read_text() == "a\n1.25\n"
    kept = json.loads((first / "provenance.json").read_text())
    assert (
        kept["study"] == "first"
        and kept["versions"]["torch"] == torch.__version__.split("+")[0]
        and kept["packs"]["emodb"]
    )
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    models = [line for line in lines if "model name" in line]
    assert not models or models[0].endswith(f": {kept['processor']}")
    assert sorted(path.name for path in first.iterdir()) == ["provenance.json", "table.csv"]

    def breaks(progress):
        raise SequifiError("The pack went missing; get it again.")

    monkeypatch.setitem(study.IN_ONE_PIECE, "first", breaks)
    from sequifi_lite.cli import main

    result = CliRunner().invoke(main, ["study", "first", "--out", str(tmp_path)])
    assert result.exit_code == 2 and "The pack went missing" in result.stderr
    assert (first / "table.csv").read_text() == "a\n1.25\n"


def test_shipped_results_load_and_an_unknown_one_is_named():
    table, provenance = results.load("probe")
    assert (
        set(table["corpus"]) == {"cremad", "ravdess", "emodb", "mesd", "nemo"}
        and provenance["study"] == "probe"
    )
    with pytest.raises(SequifiError, match="choose one of .*first, .*probe"):
        results.load("nothing")
    with pytest.raises(SequifiError, match="'probe' has no table 'means'; choose one of table"):
        results.load("probe", "means")
    reasons, _ = results.load("mutants", "reasons")
    assert len(reasons) and list(reasons) != list(results.load("mutants")[0])


def test_the_probe_finds_emotion_in_the_shipped_embeddings():
    """A wrong layer, an unmasked mean or a broken join of rows and clips would show here at once (about 92 %
    expected).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from sequifi_lite.data.pack import SHIPPED, read_pack

    kept = read_pack(SHIPPED / "emodb.parquet")
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=2_000)
    )
    X, y = kept.embeddings.astype(np.float32), kept.clips["emotion"]
    said = cross_val_predict(model, X, y, groups=kept.clips["speaker"], cv=LeaveOneGroupOut())
    uar = 100 * recall_score(y, said, average="macro")
    table, _ = results.load("probe")
    assert uar == pytest.approx(table.set_index("corpus").loc["emodb", "uar"], abs=0.5)
    assert uar > 91
