"""The bug cabinet's exhibits on memories: each told apart from the right form."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import torch
from one_thread import one_thread as one_thread
from scipy import stats
from small_problem import small_problem, small_source

from sequifi_lite.learning.memory import slots_of
from sequifi_lite.learning.methods.agem import AGEM
from sequifi_lite.learning.methods.der import DER
from sequifi_lite.learning.methods.er import ER
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.teaching.bugs import (
    GarbageAGEM,
    MeanOverClassesDER,
    OneBatchAGEM,
    SilentDER,
    WalkingER,
    WrongVectorAGEM,
    short_draw,
)

WORLD = small_problem()
SOURCE = small_source(WORLD)
PAIR = replace(WORLD, corpora=WORLD.corpora[:2])


def end(method, problem=PAIR, **options):
    """Weights at the end of a chain, and the records on the way."""
    stops = list(train_sequence(method, problem, SOURCE, **{"steps": 20, "lr": 1e-2, **options}))
    return torch.cat([p.detach().reshape(-1) for p in stops[-1].model.parameters()]), stops


def test_a_memory_of_one_batch_ignores_the_size_asked_for():
    sizes = {}
    for cls in (AGEM, OneBatchAGEM):
        for per_class in (2, 8, 15):
            method = cls(per_class=per_class)
            method.after_corpus(SOURCE, WORLD, 0, [0])
            sizes[cls, per_class] = (method.memories[0] >= 0).sum()
            assert method.per_class == per_class and len(method.memories) == 1
    assert [sizes[AGEM, n] for n in (2, 8, 15)] == [8, 32, 60] and [
        sizes[OneBatchAGEM, n] for n in (2, 8, 15)
    ] == [32] * 3


def test_the_wrong_vector_is_replay_in_disguise():
    # Sums of both gradients without a conflict: with SGD, twice ER's step wherever g . (g + g_ref) >= 0.
    options = {"optimiser": torch.optim.SGD, "steps": 20}
    wrong, _ = end(WrongVectorAGEM(per_class=5), lr=2e-2, **options)
    double, _ = end(ER(per_class=5), lr=4e-2, **options)
    right, _ = end(AGEM(per_class=5), lr=2e-2, **options)
    torch.testing.assert_close(wrong, double, rtol=1e-3, atol=1e-4)
    assert (wrong - right).abs().max() > 1e-2


def test_the_wrong_vector_is_projected_where_the_sum_is_in_conflict():
    # g = (1, 0) and g_ref = (-3, 1): what is called g_ref is (-2, 1), and g less its share -2/5 of that is
    # (0.2, 0.4).
    p = torch.nn.Parameter(torch.zeros(1, 2))
    p.grad = torch.tensor([[1.0, 0.0]])
    batch = SimpleNamespace(rows=np.zeros((1, 4)), part=lambda number: SimpleNamespace(rows=None))
    head = SimpleNamespace(parameters=lambda: [p])
    WrongVectorAGEM().projection(head, batch, lambda rows: [torch.tensor([[-3.0, 1.0]])])
    torch.testing.assert_close(p.grad, torch.tensor([[0.2, 0.4]]))


def frozen(cls):
    """The method with the layer below the head frozen, as a front end would be."""

    class Frozen(cls):
        def before_corpus(self, head, problem, number, seeds):
            head.W1.requires_grad_(False)
            head.b1.requires_grad_(False)
            return head

    return Frozen()


def test_garbage_of_frozen_weights_hides_every_conflict():
    garbage, right, vanilla = (end(frozen(cls))[0] for cls in (GarbageAGEM, AGEM, Vanilla))
    assert torch.equal(garbage, vanilla) and not torch.equal(right, vanilla)
    assert torch.equal(end(GarbageAGEM())[0], end(AGEM())[0])  # nothing frozen, nothing wrong


def test_a_small_memory_is_silently_vanilla():
    vanilla, _ = end(Vanilla())
    assert torch.equal(end(SilentDER(alpha=0.5, per_class=1))[0], vanilla)
    assert not torch.equal(end(DER(alpha=0.5, per_class=1))[0], vanilla)
    assert torch.equal(end(SilentDER(alpha=0.5, per_class=8))[0], end(DER(alpha=0.5, per_class=8))[0])


def test_a_mean_over_classes_is_a_weaker_alpha():
    torch.testing.assert_close(end(MeanOverClassesDER(alpha=0.4))[0], end(DER(alpha=0.1))[0])
    assert not torch.allclose(end(MeanOverClassesDER(alpha=0.4))[0], end(DER(alpha=0.4))[0])
    method = MeanOverClassesDER(alpha=0.4)
    end(method)
    assert method.alpha == 0.4


def test_a_draw_one_short_keeps_late_items_too_often():
    def frequencies(draw, trials=4000):
        kept = np.zeros(12)
        for seed in range(trials):
            held = np.full(4, -1)
            for item, slot in enumerate(draw(12, 4, 0, np.random.default_rng(seed))):
                if slot >= 0:
                    held[slot] = item
            kept[held] += 1
        return kept / trials

    right, wrong = frequencies(slots_of), frequencies(short_draw)
    # Chi-square with the correction for draws without replacement; the false-alarm rate is 1e-4.
    surprise = [stats.chi2.sf(4000 * ((seen - 1 / 3) ** 2 * 3).sum() * 11 / 8, 11) for seen in (right, wrong)]
    assert surprise[0] > 1e-4 > surprise[1]
    # The probability of item i <= 4 by hand: kept at the start, then each later item j replaces its slot with
    # probability 1 / j.
    assert np.isclose(wrong[0], np.prod([1 - 1 / j for j in range(4, 12)]), atol=0.03)
    assert np.isclose(wrong[11], 4 / 11, atol=0.03) and np.isclose(right[11], 4 / 12, atol=0.03)


def test_an_epoch_as_long_as_the_memory_trains_longer():
    lengths = {}
    for cls in (ER, WalkingER):
        _, stops = end(cls(per_class=20), WORLD)  # 60 rows a corpus: 120 are held when the third one comes
        lengths[cls] = [stop.record.steps[-1] for stop in stops[1:]]
    assert lengths[ER] == [20, 20] and lengths[WalkingER] == [20, 40]
    _, stops = end(
        WalkingER(per_class=20, width=16), WORLD
    )  # half as many old rows a step: the memory lasts twice as long
    assert [stop.record.steps[-1] for stop in stops[1:]] == [40, 80]


def test_the_exhibits_change_what_is_read():
    # Accuracy on the source after the chain, over five runs: the silent DER forgets like vanilla.
    five = SOURCE.select([0] * 5)
    kept = {
        name: accuracy_matrix(train_sequence(method, WORLD, five, steps=40, lr=1e-2), WORLD)[:, -1, 0].mean()
        for name, method in {"vanilla": Vanilla(), "silent": SilentDER(1.0, 1), "der": DER(1.0, 1)}.items()
    }
    assert kept["silent"] == kept["vanilla"] < kept["der"] - 0.05
