"""Rivals at their best: each against a closed form, a loop written for clarity, or another library."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from one_thread import one_thread as one_thread
from scipy.spatial.distance import mahalanobis
from sklearn.linear_model import Ridge as TheirRidge
from small_problem import small_problem, small_source
from torch import nn

from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods.derpp import DERPP
from sequifi_lite.learning.methods.ewc import EWC
from sequifi_lite.learning.methods.fisher import fisher
from sequifi_lite.learning.methods.ranpac import RanPAC
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.plans import rivals, rivals_chains, rivals_tuning
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.rivals.der_balanced import DERBalanced, DERPPBalanced
from sequifi_lite.studies.rivals.ewc_explicit import EWCExplicit
from sequifi_lite.studies.rivals.fecam import FeCAM
from sequifi_lite.studies.rivals.own_scale import InferredScaling, RouterOwnScale
from sequifi_lite.studies.rivals.ranpac_wide import RanPACWide
from sequifi_lite.studies.rivals.ridge import Ridge
from sequifi_lite.studies.rivals.sam import SAM
from sequifi_lite.studies.rivals.task_vectors import DARE, TIES, TaskArithmetic
from sequifi_lite.studies.rivals.vanilla_64 import Vanilla64
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS
from sequifi_lite.studies.variants import RIVALS

WORLD = small_problem()
SOURCE = small_source(WORLD)
OPTIONS = dict(steps=24, lr=1e-2)
MAKE = RIVALS | {"ranpac-10000": lambda **options: RanPACWide(**{"width": 40, "ridge": 30.0, **options})}


def stops(method, runs=1, seeds=None, source=SOURCE, problem=WORLD, **options):
    return list(
        train_sequence(method, problem, source.select([0] * runs), seeds=seeds, **{**OPTIONS, **options})
    )


def last(method, runs=1, **options):
    return stops(method, runs, **options)[-1].model


def alone(number, **options):
    """A copy of the source model, trained on one corpus and nothing else."""
    head = SOURCE.select([0])
    rows = WORLD.parts[WORLD.corpora[number]].train
    train(head, WORLD.X, WORLD.y, shuffled(rows, OPTIONS["steps"], [0]), lr=OPTIONS["lr"], **options)
    return head


def seen():
    rows = np.concatenate([part.train for part in WORLD.parts.values()])
    return WORLD.X[rows].double().numpy(), WORLD.labels[rows], rows


@pytest.mark.parametrize("name", RIVALS)
def test_runs_together_are_runs_alone_and_later_learning_changes_no_stop(name):
    def said(seeds):
        return torch.stack([stop.model.predict(WORLD.X) for stop in stops(MAKE[name](), len(seeds), seeds)])

    together, at_once = said([0, 1, 2]), []
    for i in range(3):
        assert torch.equal(together[:, [i]], said([i]))
    for stop in train_sequence(MAKE[name](), WORLD, SOURCE.select([0, 0, 0]), **OPTIONS):
        at_once.append(stop.model.predict(WORLD.X))
    assert torch.equal(together, torch.stack(at_once))


@pytest.mark.parametrize(
    "name", [name for name, cls in RIVALS.items() if cls.strength and cls.strength_per_run]
)
def test_a_knob_per_run_is_the_knob_alone(name):
    knob, values = RIVALS[name].strength, RIVALS[name].grid[1:4]
    together = last(MAKE[name](**{knob: torch.tensor(values)}), 3, seeds=[0] * 3).predict(WORLD.X)
    for run, value in enumerate(values):
        assert torch.equal(together[[run]], last(MAKE[name](**{knob: value})).predict(WORLD.X))


@pytest.mark.parametrize("ridge", [0.5, 30.0])
def test_ridge_is_scikit_learns(ridge):
    X, y, _ = seen()
    X = np.c_[X, np.ones(len(X))]
    wanted = TheirRidge(alpha=ridge, fit_intercept=False).fit(X, np.eye(4)[y]).predict(X)
    ours = last(Ridge(ridge))(WORLD.X.double())[0].numpy()
    np.testing.assert_allclose(ours[seen()[2]], wanted, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("width", [50, 300])  # fewer random features than the 180 clips, and more
def test_a_ridge_among_clips_is_that_among_features(width):
    double = {"problem": WORLD.__class__(**{**vars(WORLD), "X": WORLD.X.double()}), "source": SOURCE}
    for ridge in (0.5, 300.0):
        ours = last(RanPACWide(ridge, width), **double)(WORLD.X.double())
        theirs = last(RanPAC(ridge, width), **double)(WORLD.X.double())
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)  # the layer is drawn in float32
    single = last(RanPACWide(300.0, width))(WORLD.X)
    torch.testing.assert_close(single.double(), theirs, rtol=1e-3, atol=1e-3)
    assert RanPACWide().width == 10_000 >= 8 * 1024


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("gamma", [0.3, 10.0])
def test_fecam_is_scipys_distance_clip_by_clip(gamma, pooled):
    _, _, rows = seen()
    places = [rows] if pooled else [part.train for part in WORLD.parts.values()]
    kept = []
    for place in places:
        for k in range(4):
            z = WORLD.X[place][WORLD.y[place] == k].double().numpy()
            S = np.cov(z.T, bias=True)
            S = S + gamma * np.trace(S) / len(S) * np.eye(len(S))
            S = S / np.sqrt(np.outer(np.diag(S), np.diag(S)))
            kept.append((z.mean(0), np.linalg.inv(S), k))
    said = last(FeCAM(gamma, pooled)).predict(WORLD.X)[0]
    for i in range(0, len(WORLD.X), 7):
        away = [mahalanobis(WORLD.X[i].double().numpy(), mean, inverse) for mean, inverse, _ in kept]
        assert said[i] == kept[int(np.argmin(away))][2]
    assert not torch.equal(said, last(FeCAM(gamma, not pooled)).predict(WORLD.X)[0])


def test_a_balanced_memory_keeps_every_corpus_with_the_logits_of_its_own_model():
    method = DERBalanced(alpha=0.3, per_class=3)
    models = [stop.model for stop in stops(method)]
    assert method.memory.shape == (1, 3 * 4 * 3) and method.logits.shape == (1, 36, 4)
    for number, (part, model) in enumerate(zip(WORLD.parts.values(), models)):
        rows = method.memory[0, 12 * number : 12 * (number + 1)]
        assert set(rows) <= set(part.train) and np.bincount(WORLD.labels[rows]).tolist() == [3] * 4
        torch.testing.assert_close(method.logits[0, 12 * number : 12 * (number + 1)], model(WORLD.X[rows])[0])


@pytest.mark.parametrize("cls", [DERBalanced, DERPPBalanced])
def test_the_loss_of_a_balanced_memory_term_by_term(cls):
    method = cls(alpha=0.3, per_class=3) if cls is DERBalanced else cls(alpha=0.3, beta=0.7, per_class=3)
    method.after_corpus(SOURCE, WORLD, 0, [0])
    plan = method.schedule(shuffled(WORLD.parts["corpus1"].train, 3, [0]), WORLD, 1, [0])
    batch, head, CE = plan.batch(1, WORLD.X, WORLD.y), alone(1), nn.functional.cross_entropy
    parts = [batch.part(i) for i in range(1 + cls.draws)]
    wanted = CE(head(parts[0].x)[0], parts[0].y[0])
    away = [((SOURCE(x[None])[0] - head(x[None])[0]) ** 2).sum() for x in parts[1].x[0]]
    wanted = wanted + 0.3 * torch.stack(away).mean()
    if cls is DERPPBalanced:
        wanted = wanted + 0.7 * CE(head(parts[2].x)[0], parts[2].y[0])
    torch.testing.assert_close(method.objective(head, batch)[0], wanted)


def test_beta_of_derpp_is_free():
    both = [last(DERPP(alpha=0.1, beta=beta)).predict(WORLD.X) for beta in (0.1, 3.0)]
    assert torch.equal(both[0], last(DERPP(alpha=0.1)).predict(WORLD.X)) and not torch.equal(*both)


def test_the_published_penalty_is_the_sum_over_anchors_of_squares():
    method, head = EWCExplicit(lam=7.0), alone(2)
    anchors = [SOURCE, alone(1)]
    for number, anchor in enumerate(anchors):
        method.after_corpus(anchor, WORLD, number, [0])
    batch = shuffled(WORLD.parts["corpus2"].train, 1, [0]).batch(0, WORLD.X, WORLD.y)
    wanted = nn.functional.cross_entropy(head(batch.x)[0], batch.y[0])
    for number, anchor in enumerate(anchors):
        F = fisher(anchor, WORLD.X, WORLD.y, WORLD.parts[WORLD.corpora[number]].train)
        for f, p, star in zip(F, head.parameters(), anchor.parameters()):
            wanted = wanted + 7.0 / 2 * (f * (p - star.detach()) ** 2).sum()
    wanted = torch.autograd.grad(wanted, list(head.parameters()))
    ours = torch.autograd.grad(method.objective(head, batch).sum(), list(head.parameters()))
    for mine, other in zip(ours, wanted):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-6)
    assert EWC(7.0).normalise and not method.normalise


def changes():
    """What corpora 1 and 2 change about the source model, as flat vectors."""
    flat = nn.utils.parameters_to_vector
    theta = flat(SOURCE.parameters()).detach()
    return theta, [flat(alone(number).parameters()).detach() - theta for number in (1, 2)]


def vector(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach()


def test_task_arithmetic_adds_what_models_trained_alone_have_changed():
    theta, (first, second) = changes()
    for gamma in (0.0, 0.4, 1.5):
        torch.testing.assert_close(
            vector(last(TaskArithmetic(gamma))), theta + gamma * (first + second) / 2, rtol=1e-4, atol=1e-6
        )


def test_ties_weight_by_weight():
    theta, taus = changes()
    trimmed = []
    for tau in taus:
        size = sorted(tau.abs().tolist(), reverse=True)[round(0.3 * len(tau)) - 1]
        trimmed.append([value if abs(value) >= size else 0.0 for value in tau.tolist()])
    merged = []
    for values in zip(*trimmed):
        sign = np.sign(sum(values))
        agree = [value for value in values if value != 0 and np.sign(value) == sign]
        merged.append(np.mean(agree) if agree else 0.0)
    torch.testing.assert_close(
        vector(last(TIES(0.8, keep=0.3))), theta + 0.8 * torch.tensor(merged).float(), rtol=1e-4, atol=1e-6
    )


def test_dare_drops_a_share_and_keeps_the_mean():
    method, change = DARE(drop=0.75), [torch.ones(1, 200, 50)]
    (thin,) = method.thinned(change, 1, [0])
    assert sorted(thin.unique().tolist()) == [0.0, 4.0] and abs(thin.mean() - 1) < 0.05
    assert torch.equal(last(DARE(0.7, drop=0.0)).predict(WORLD.X), last(TaskArithmetic(0.7)).predict(WORLD.X))


def test_a_step_of_sam_written_out():
    rows = WORLD.parts["corpus1"].train
    schedule, net = shuffled(rows, 5, [0]), alone(1).double()
    head, X = net.select([0]), WORLD.X.double()
    train(head, X, WORLD.y, schedule, lr=0.05, projection=SAM(0.2).projection, optimiser=torch.optim.SGD)
    for t in range(5):
        x, y = X[schedule.rows[0, t]], WORLD.y[schedule.rows[0, t]]
        weights = list(net.parameters())
        g = torch.autograd.grad(nn.functional.cross_entropy(net(x)[0], y), weights)
        length = torch.cat([part.flatten() for part in g]).norm()
        hill = net.select([0])
        with torch.no_grad():
            for p, part in zip(hill.parameters(), g):
                p += 0.2 * part / length
        above = torch.autograd.grad(nn.functional.cross_entropy(hill(x)[0], y), list(hill.parameters()))
        with torch.no_grad():
            for p, part in zip(weights, above):
                p -= 0.05 * part
    for p, q in zip(head.parameters(), net.parameters()):
        torch.testing.assert_close(p, q)
    assert torch.equal(vector(last(SAM(0.0))), vector(last(Vanilla())))


def test_vanilla_64_sees_the_rows_of_a_stream_of_64():
    rows, head = WORLD.parts["corpus1"].train, SOURCE.select([0])
    train(head, WORLD.X, WORLD.y, shuffled(rows, 24, [0], 64), lr=1e-2)
    assert torch.equal(vector(stops(Vanilla64())[1].model), vector(head))


def scaled(number):
    """The problem scaled by the statistics of one corpus's training rows."""
    own = WORLD.X[WORLD.parts[WORLD.corpora[number]].train].double()
    X = ((WORLD.X - own.mean(0)) / own.std(0, unbiased=False)).float()
    return WORLD.__class__(**{**vars(WORLD), "X": X})


def test_heads_and_scalers_of_their_own_are_trained_alone_and_asked_clip_by_clip():
    model = last(RouterOwnScale())
    whom, said = model.corpus_of(WORLD.X)[0], model.predict(WORLD.X)[0]
    for number in range(3):
        problem, head = scaled(number), SOURCE.select([0])
        if number:
            rows = WORLD.parts[WORLD.corpora[number]].train
            train(head, problem.X, WORLD.y, shuffled(rows, 24, [0]), lr=1e-2)
        assert torch.equal(said[whom == number], head.predict(problem.X)[0][whom == number])
    assert len(whom.unique()) == 3


def test_inferred_scaling_is_one_head_on_inputs_scaled_by_where_they_seem_to_be_from():
    model = last(InferredScaling())
    head, whom = SOURCE.select([0]), model.corpus_of(WORLD.X)[0]
    for number in (1, 2):
        rows = WORLD.parts[WORLD.corpora[number]].train
        train(head, scaled(number).X, WORLD.y, shuffled(rows, 24, [0]), lr=1e-2)
    for number in range(3):
        wanted = head.predict(scaled(number).X)[0]
        assert torch.equal(model.predict(WORLD.X)[0][whom == number], wanted[whom == number])


def test_every_rival_has_twelve_trials_or_its_budget_fixed():
    for name in rivals_tuning.GRIDS:
        values = [trial["value"] for trial in rivals_tuning.trials(name)]
        assert len(values) >= 12 or set(values) in ({50}, {None}), name  # a memory of 50, or no knob
    plan = rivals_tuning.cells()
    assert {cell.part for cell in plan} == {"valid"} and {cell.corpora for cell in plan} == set(
        EXPLORATORY_PAIRS
    )
    assert len(plan) == len(set(plan))


def test_the_edge_of_a_grid_is_told():
    rows = [("a", "[]", value, lr, 200, 0.0, 0.0, value + 10 * lr) for value in (1, 2, 3) for lr in (1, 2)]
    scores = pd.DataFrame(rows, columns=[*rivals_tuning.TRIAL, "source", "target", "both"])
    assert rivals_tuning.at_the_edge(scores, 5) == "value"  # of two learning rates each is an end
    assert rivals_tuning.at_the_edge(scores, 2) == ""
    free = scores.assign(options=[f'[["beta", {beta}]]' for beta in (1, 2, 3, 3, 2, 1)])
    assert rivals_tuning.at_the_edge(free, 2) == "beta"


def test_plans_carry_what_tuning_chose(monkeypatch):
    rows = []
    for name in rivals_tuning.GRIDS:
        for number, trial in enumerate(rivals_tuning.trials(name)):
            options = json.dumps([list(pair) for pair in trial["options"]])
            rows.append({"variant": name, **trial, "options": options, "T": 200, "chosen": number == 3})
    table = pd.DataFrame(rows)
    load = rivals.results.load
    monkeypatch.setattr(
        rivals.results, "load", lambda name: (table, {}) if name == "rivals-tuning" else load(name)
    )
    chosen = rivals.best()
    assert set(rivals_chains.CARRIED) <= set(chosen) == {cell.variant for cell in STUDIES["rivals"].cells()}
    assert chosen["der++"] == {
        "value": 0.3,
        "lr": 1e-3,
        "T": 200,
        "options": (("beta", 0.3), ("per_class", 50)),
    }
    assert chosen["router"]["lr"] == 3e-4 and chosen["slda"]["value"] == 0.5
    for name in ("rivals", "rivals-chains"):
        plan = STUDIES[name].cells()
        assert len(plan) == len(set(plan)) and {cell.part for cell in plan} == {"test"}
    assert len({cell.corpora for cell in plan}) == 6
