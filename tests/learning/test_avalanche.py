"""Cross-check against an independent implementation.

Avalanche 0.6.0, on the same embeddings, from the same weights.

Development only: skipped where Avalanche is not installed (``pip install avalanche-lib==0.6.0``); it never is
a requirement.

Two kinds of agreement. Where the formula is the same and the rows of every step are those that Avalanche
drew, the weights after the whole chain have to be the same, up to float32: Naive, LwF, replay, A-GEM, GEM,
and EWC with its penalty. Where the random streams are left to each library, the scores have to agree within
the spread over seeds.

Where Avalanche's formula is another one, the test says how it differs and shows that this difference is all:

* EWC: the square of a batch's mean gradient in place of the Fisher information, and no 1/2 before lambda;
* LwF: no T^2, so its alpha is our lambda times T^2;
* MAS: the absolute value of a batch's mean gradient, as in our exhibit ``BatchedMAS``;
* GEM: 1e-3 is added to the diagonal of its quadratic programme, and a non-zero memory strength bounds v where
  the paper adds it;
* SI: it keeps views of the live parameters instead of copies, so on the CPU it is Naive at any lambda, bit
  for bit.

A cut of the scenario for time: 224 to 64 clips of each corpus, two epochs. Plain SGD where weights are
compared, since Avalanche carries Adam's state from corpus to corpus and `train_sequence` does not; Naive is
compared under both.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

pytest.importorskip(
    "avalanche",
    reason="the cross-check needs Avalanche, a development-only peer: pip install avalanche-lib==0.6.0",
)

import peer
from avalanche.training import supervised
from avalanche.training.plugins import AGEMPlugin, EWCPlugin, GEMPlugin, MASPlugin, ReplayPlugin
from avalanche.training.storage_policy import ExperienceBalancedBuffer

from sequifi_lite.data.problem import load_problem
from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.methods.agem import AGEM
from sequifi_lite.learning.methods.ewc import EWC
from sequifi_lite.learning.methods.fisher import fisher
from sequifi_lite.learning.methods.gem import GEM
from sequifi_lite.learning.methods.lwf import LwF
from sequifi_lite.learning.methods.mas import sensitivity
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.schedule import Schedule, shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.teaching.bugs import BatchedMAS, ExplicitPenaltyEWC

pytestmark = pytest.mark.filterwarnings("ignore")
CORPORA, MOST, LR = ("cremad", "ravdess", "emodb", "mesd"), (256, 128, 96, 128), 0.02
MEMORY = 40  # rows kept of each corpus


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def problem():
    whole = load_problem(CORPORA, 0)
    rows = {name: whole.subset(name, "train", most) for name, most in zip(CORPORA, MOST)}
    rows = {
        name: np.random.default_rng(0).permutation(r)[: len(r) // 32 * 32] for name, r in rows.items()
    }  # whole batches
    return replace(whole, parts={name: replace(whole.parts[name], train=rows[name]) for name in CORPORA})


class Walk:
    """Avalanche's way along the chain.

    What it saw at every step, and the model after each corpus as one of our heads.
    """

    def __init__(
        self, problem, make, seed=0, plugins=(), optimiser=torch.optim.SGD, lr=LR, epochs=2, fresh=False
    ):
        head, seen = MLP([seed]), peer.Rows(problem.X)
        parts = [part.train for part in problem.parts.values()]
        settings = {"epochs": epochs, "lr": lr, "optimiser": optimiser, "plugins": [*plugins, seen]}
        strategy, chain = peer.prepare(make, problem.X, problem.y, parts, head, seed, **settings)
        self.heads, self.rows, self.start = [], [], head
        for experience in chain:
            before = len(seen.seen)
            if fresh:  # as `train_sequence` has it: a new optimiser for every corpus
                strategy.optimizer.state.clear()
            strategy.train(experience, drop_last=True)
            self.heads.append(peer.as_head(strategy.model, head))
            self.rows.append(np.stack(seen.seen[before:])[None])  # (1, T, B), the memory behind the stream
        self.strategy = strategy

    def repeat(self, method, problem):
        """The same rows for one of our methods, from Avalanche's source model.

        The head at the end of the chain.
        """

        def stream(problem, corpus, steps, seeds):
            return plan(self.rows[problem.corpora.index(corpus)])

        stops = train_sequence(
            method, problem, self.heads[0], lr=LR, stream=stream, optimiser=torch.optim.SGD
        )
        return list(stops)[-1].model


def plan(rows):
    """A schedule of the given rows (1, T, B)."""
    return Schedule(rows, np.zeros(rows.shape[1], dtype=np.int64), np.arange(rows.shape[1]) == 0)


def off(a, b):
    """Distance of the weights."""
    return sum(float(((p - q) ** 2).sum()) for p, q in zip(a.parameters(), b.parameters())) ** 0.5


def agree(ours, theirs, start, share=1e-3):
    """The weights differ by next to nothing of the way they have come."""
    assert off(ours, theirs) < share * off(theirs, start)


def numbers(problem, x):
    """Rows of the data from their content."""
    known = peer.Rows(problem.X).number
    return np.array([known[row.tobytes()] for row in x.numpy()])


@pytest.fixture(scope="module")
def naive(problem):
    return Walk(problem, supervised.Naive)


@pytest.mark.parametrize("optimiser", [torch.optim.SGD, torch.optim.Adam])
def test_naive_is_our_loop(problem, optimiser):
    walk = Walk(problem, supervised.Naive, optimiser=optimiser, lr=3e-4)
    head = walk.start.select([0])
    train(head, problem.X, problem.y, plan(np.concatenate(walk.rows, axis=1)), lr=3e-4, optimiser=optimiser)
    agree(head, walk.heads[-1], walk.start, 1e-4)


def test_naive_is_vanilla_followed_along_the_chain(problem, naive):
    agree(naive.repeat(Vanilla(), problem), naive.heads[-1], naive.heads[0], 1e-4)


def test_lwf_is_ours_with_its_missing_square(problem):
    walk = Walk(problem, lambda **more: supervised.LwF(alpha=2.0, temperature=2.0, **more))
    agree(walk.repeat(LwF(lam=2.0 / 2.0**2, T=2.0), problem), walk.heads[-1], walk.heads[0])
    done = off(walk.repeat(Vanilla(), problem), walk.heads[-1])  # what the term did
    assert done > 0.05 * off(walk.heads[-1], walk.heads[0])
    assert off(walk.repeat(LwF(lam=2.0, T=2.0), problem), walk.heads[-1]) > 0.5 * done


def unshuffled(rows):
    """Rows whose permutation by our batched Fisher is their old order.

    Avalanche's loader does not shuffle here.
    """
    out = np.empty_like(rows)
    out[np.random.default_rng(0).permutation(len(rows))] = rows
    return out


@pytest.fixture(scope="module")
def ewc(problem):
    plugin = EWCPlugin(ewc_lambda=2000.0)
    return Walk(problem, supervised.Naive, plugins=[plugin]), plugin


def test_ewc_squares_the_mean_gradient_of_a_batch(problem, ewc):
    """So it is our ``kind="batched"`` and falls short of the Fisher information, the more so the larger the
    batch.
    """
    walk, plugin = ewc
    rows = problem.parts["cremad"].train
    theirs = [plugin.importances[0][name].data.T for name in ("0.weight", "2.weight")]
    ours = fisher(walk.heads[0], problem.X, problem.y, unshuffled(rows), "batched")
    exact = fisher(walk.heads[0], problem.X, problem.y, rows, "exact")
    for a, b, c in zip(ours[::2], theirs, exact[::2]):
        torch.testing.assert_close(a[0], b, rtol=1e-3, atol=1e-9)
        assert b.sum() < c.sum() / 8  # batches of 32


def test_ewc_has_twice_our_lambda_for_want_of_its_half(problem, ewc, monkeypatch):
    walk, _ = ewc
    monkeypatch.setattr(
        "sequifi_lite.learning.methods.ewc.fisher",
        lambda head, X, y, rows, *a: fisher(head, X, y, unshuffled(rows), *a),
    )
    choices = {"kind": "batched", "normalise": False}
    agree(walk.repeat(ExplicitPenaltyEWC(lam=4000.0, **choices), problem), walk.heads[-1], walk.heads[0])
    done = off(walk.repeat(Vanilla(), problem), walk.heads[-1])  # what the penalty did
    assert done > 0.05 * off(walk.heads[-1], walk.heads[0])
    assert off(walk.repeat(ExplicitPenaltyEWC(lam=2000.0, **choices), problem), walk.heads[-1]) > 0.2 * done
    # Our proximal step is the same spring, not the same step: it does not overshoot where a weight is held
    # stiffly.
    assert off(walk.repeat(EWC(lam=4000.0, **choices), problem), walk.heads[-1]) < 0.75 * done


def test_mas_takes_the_mean_before_the_absolute_value(problem):
    alone = replace(problem, corpora=("mesd",), parts={"mesd": problem.parts["mesd"]})
    walk = Walk(alone, supervised.Naive, plugins=[plugin := MASPlugin(1.0)])
    ours = BatchedMAS().sensitivity(walk.heads[0], problem.X, unshuffled(problem.parts["mesd"].train))
    true = sensitivity(walk.heads[0], problem.X, problem.parts["mesd"].train)
    for a, b, name in zip(ours[::2], true[::2], ("0.weight", "2.weight")):
        theirs = plugin.importance[name].data.T
        torch.testing.assert_close(a[0], theirs, rtol=1e-3, atol=1e-5)
        assert theirs.sum() < 0.9 * b.sum()


@pytest.mark.parametrize("lam", [1.0, 1e6])
def test_si_of_avalanche_is_naive_at_any_strength(naive, problem, lam):
    """If this fails, Avalanche keeps copies now: then compare its SI with ours."""
    walk = Walk(problem, lambda **more: supervised.SynapticIntelligence(si_lambda=lam, **more))
    for p, q in zip(walk.heads[-1].parameters(), naive.heads[-1].parameters()):
        assert torch.equal(p, q)


def test_replay_is_vanilla_on_the_rows_it_mixes_in(problem):
    """ER is a schedule: with Avalanche's memory rows behind the stream, cross-entropy over the union gives
    its weights.
    """
    policy = ExperienceBalancedBuffer(3 * MEMORY, adaptive_size=False, num_experiences=3)
    walk = Walk(problem, supervised.Naive, plugins=[ReplayPlugin(3 * MEMORY, storage_policy=policy)])
    assert [rows.shape[2] for rows in walk.rows] == [32, 64, 64, 64]
    for number, rows in enumerate(walk.rows):
        past = np.concatenate([part.train for part in problem.parts.values()][:number] or [[-1]])
        assert np.isin(rows[0, :, :32], list(problem.parts.values())[number].train).all()
        assert np.isin(rows[0, :, 32:], past).all()
    agree(walk.repeat(Vanilla(), problem), walk.heads[-1], walk.heads[0], 1e-4)


class NotedAGEM(AGEMPlugin):
    """Keeps the rows its reference gradients come from."""

    def sample_from_memory(self):
        batch = super().sample_from_memory()
        self.__dict__.setdefault("noted", []).append(batch[0])
        return batch


def test_a_gem_projects_as_ours_does(problem):
    plugin = NotedAGEM(MEMORY, 32)
    walk = Walk(problem, supervised.Naive, plugins=[plugin])
    noted = iter(plugin.noted)

    class Same(AGEM):
        def schedule(self, schedule, problem, number, seeds):
            return schedule

        def projection(self, head, batch, gradient):
            rows = numbers(problem, next(noted))[None]  # of a width of its own at every step
            both = np.concatenate([batch.rows, rows], axis=1)
            super().projection(head, batch._replace(rows=both, parts=(32, rows.shape[1])), gradient)

    ours = walk.repeat(Same(), problem)
    agree(ours, walk.heads[-1], walk.heads[0])
    assert off(walk.repeat(Vanilla(), problem), walk.heads[-1]) > 20 * off(
        ours, walk.heads[-1]
    )  # there were conflicts


def test_gem_projects_as_ours_does_up_to_its_ridge(problem):
    plugin = GEMPlugin(MEMORY, 0.0)
    walk = Walk(problem, supervised.Naive, plugins=[plugin])
    held = [numbers(problem, plugin.memory_x[number])[None] for number in range(4)]

    class Same(GEM):
        def after_corpus(self, head, problem, number, seeds):
            self.memories.append(held[number])

    ours, vanilla = walk.repeat(Same(), problem), walk.repeat(Vanilla(), problem)
    assert off(ours, walk.heads[-1]) < 0.05 * off(vanilla, walk.heads[-1])  # 1e-3 on the diagonal of G G^T


def score(head, problem):
    """UAR of every run on every test set, (R, corpora)."""
    rows = [part.test for part in problem.parts.values()]
    return np.stack(
        [uar(confusion(problem.labels[r], head.predict(problem.X[r]).numpy(), 4)) for r in rows], axis=1
    )


SEEDS = range(6)
FREE = {  # ours -> the same of Avalanche, by the rules above
    "vanilla": ({}, "vanilla"),
    "ewc": ({"lam": 200.0, "kind": "batched", "normalise": False}, "ewc"),
    "lwf": ({"lam": 0.1, "T": 2.0}, "lwf"),
    "er": ({"per_class": MEMORY // 4, "choose": "reservoir"}, "er"),
    "gem": ({"per_class": MEMORY // 4}, "gem"),
    "a-gem": ({"per_class": MEMORY // 4}, "a-gem"),
}


@pytest.mark.parametrize("name", FREE)
def test_with_streams_of_their_own_scores_agree_within_the_spread_over_seeds(problem, name):
    choices, other = FREE[name]
    make = peer.strategies(MEMORY // 4, 4, 3)[other]
    settings = {"optimiser": torch.optim.Adam, "lr": 3e-4, "fresh": True}
    theirs = [score(Walk(problem, make, seed, **settings).heads[-1], problem) for seed in SEEDS]
    head = MLP(SEEDS)

    def stream(problem, corpus, _, seeds):
        return shuffled(problem.parts[corpus].train, 2 * len(problem.parts[corpus].train) // 32, seeds)

    train(head, problem.X, problem.y, stream(problem, "cremad", None, SEEDS), lr=3e-4)
    last = list(train_sequence(METHODS[name](**choices), problem, head, lr=3e-4, seeds=SEEDS, stream=stream))[
        -1
    ].model
    ours, theirs = score(last, problem).mean(1), np.concatenate(theirs).mean(1)
    error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(SEEDS))
    print(
        f"{name}: ours {ours.mean():.3f}, Avalanche's {theirs.mean():.3f}, standard error of the difference"
        f" {error:.3f}"
    )
    assert abs(ours.mean() - theirs.mean()) < 3 * error
    assert min(ours.mean(), theirs.mean()) > 0.4  # both have learnt something: chance is 0.25
