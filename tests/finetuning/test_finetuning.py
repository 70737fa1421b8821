"""An encoder that moves.

Against plain indexing, the embedding path, autograd clip by clip, and loops written out.
"""

import copy
import os
import shutil
from contextlib import nullcontext
from dataclasses import fields, replace
from functools import partial

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
import soundfile
import torch
from damage import damaged
from executed import executed
from tiny_encoders import SELF_SUPERVISED, noise, tones_problem, write_self_supervised, write_whisper

from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.splits import split
from sequifi_lite.data.synthetic.twin import write_twin
from sequifi_lite.errors import CorpusError, EncoderError, SequifiError
from sequifi_lite.finetuning import (
    Clips,
    EncoderEWC,
    EncoderMAS,
    Evaluator,
    Mask,
    Steps,
    audio_problem,
    importance,
    keep_states,
    load_classifier,
)
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import METHODS, Soup, Vanilla
from sequifi_lite.learning.methods._runs import weights
from sequifi_lite.learning.methods.fisher import fisher
from sequifi_lite.learning.methods.mas import sensitivity
from sequifi_lite.learning.schedule import shuffled, take
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies import finetuning_run, finetuning_training as moving, sound_and_weights
from sequifi_lite.studies.definitions import Place

FAMILIES = ["whisper", *SELF_SUPERVISED]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}

    def folder(family):
        if family not in made:
            place = tmp_path_factory.mktemp(family)
            made[family] = (
                write_whisper(place) if family == "whisper" else write_self_supervised(place, family)[0]
            )
        return made[family]

    return folder


@pytest.fixture(scope="module")
def whisper(folders):
    return load_classifier(folders("whisper"), 3, hidden=16)


@pytest.fixture(scope="module")
def tones(whisper):
    """A problem, and a model scaled by its source."""
    problem, waves = tones_problem(whisper.network.prepare)
    return problem, waves, whisper.select([0]).scale_by(problem.X[problem.parts["corpus0"].train])


def fresh(tones, train="all"):
    """A model of its own: nothing is shared with that of other tests."""
    return copy.deepcopy(tones[2]).train_only(train)


def few(problem, corpus, steps, seeds, batch=4):
    return shuffled(problem.parts[corpus].train, steps, seeds, batch)


def ordered(problem, corpus, steps, seeds, batch=4):
    return class_by_class(problem.parts[corpus].train, problem.labels, [[2, 0, 3, 1]], steps, seeds, batch)


def moved(model, before):
    """Names of the weights that are not what they were."""
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}


def snapshot(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def test_clips_answer_as_a_tensor_of_row_numbers_does():
    store = [torch.full((3, 5 + i), float(i)) for i in range(7)]
    X, A = Clips(store), torch.arange(7)
    said = lambda x: torch.tensor([t[0, 0] for t in x.tensors()]).long().reshape(x.shape)  # noqa: E731
    rows = np.random.default_rng(0).integers(0, 7, (2, 3, 4))
    for x, a in (
        (X[rows], A[rows]),
        (X[np.array([5])], A[[5]]),
        (X[:2], A[:2]),
        (take(X, rows), take(A, rows)),
        (take(X, rows)[:, 1:], take(A, rows)[:, 1:]),
        (X[rows].reshape(-1), A[rows].reshape(-1)),
        (X[rows].reshape(6, 4), A[rows].reshape(6, 4)),
        (X.expand(2, 7), A.expand(2, 7)),
        (X[rows].index_select(1, torch.tensor([2, 0])), A[rows].index_select(1, torch.tensor([2, 0]))),
    ):
        assert x.shape == tuple(a.shape) and x.dim() == a.dim() and len(x) == len(a)
        torch.testing.assert_close(said(x), a, rtol=0, atol=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_loads_from_a_hub_folder_in_one_line_and_learns(folders, family):
    model = load_classifier(folders(family), 2, hidden=8)
    assert sum(p.numel() for p in model.network.parameters()) < 300_000
    X, y = (
        Clips([model.network.prepare(noise(s, seed)) for seed, s in enumerate((0.2, 0.35, 0.1, 0.3))]),
        torch.arange(4),
    )
    alone = torch.stack([model(X[[i]])[0, 0] for i in range(4)])
    torch.testing.assert_close(model(X)[0], alone, rtol=0, atol=1e-5)
    model.scale_by(X)
    logits = model(X)
    assert logits.shape == (1, 4, 4) and model.predict(X).shape == (1, 4)
    before, trained = snapshot(model), {name for name, p in model.named_parameters() if p.requires_grad}
    train(model, X, y, shuffled(np.arange(4), 12, [0], 4), lr=1e-3, optimiser=Steps, evaluator=Evaluator())
    assert moved(model, before) == trained
    assert torch.nn.functional.cross_entropy(model(X)[0], y) < 0.7 * torch.nn.functional.cross_entropy(
        logits[0], y
    )


def test_embeddings_and_the_pooled_states_are_the_same_vectors(folders):
    for family, pooling in (("whisper", "mean"), ("wav2vec2", "mean+std")):
        model, encoder = (f(folders(family), 2, pooling=pooling) for f in (load_classifier, load_encoder))
        waves = [noise(s, seed) for seed, s in enumerate((0.2, 0.6))]
        X = Clips([model.network.prepare(wave) for wave in waves])
        np.testing.assert_allclose(model.pooled(X).detach(), encoder.embed(waves), rtol=0, atol=1e-5)


def test_at_learning_rate_nought_nothing_changes(tones):
    problem = tones[0]
    model = fresh(tones)
    before, said = snapshot(model), model(problem.X)
    *_, stop = train_sequence(
        Vanilla(),
        problem,
        model,
        steps=4,
        lr=0.0,
        stream=ordered,
        optimiser=partial(Steps, decay=0.1),
        evaluator=Evaluator,
    )
    assert not moved(model, before) and not moved(stop.model, before)
    assert torch.equal(stop.model(problem.X), said)


@pytest.mark.parametrize(
    "family, kept",
    [(family, kept) for family in FAMILIES for kept in (False, True) if not (kept and "wavlm" in family)],
)
def test_nothing_on_the_way_is_made_on_another_device_than_the_models(folders, family, kept, monkeypatch):
    """The device "meta" has shapes and no values, and refuses tensors of the CPU beside its own.

    A GPU where there is none.
    """
    model = load_classifier(folders(family), 2, hidden=16, train=1)
    X = Clips([model.network.prepare(wave) for wave in map(noise, (0.5, 1.0, 0.7))])
    if kept:
        model, X = keep_states(model, X)
    model.mask = Mask() if family == "whisper" and not kept else None
    model = model.to("meta")
    every = torch.Tensor.all  # whether anything is padded depends on values
    monkeypatch.setattr(torch.Tensor, "all", lambda x, *rest: False if x.is_meta else every(x, *rest))
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())
    logits = model.head(model.inputs(X))
    assert logits.is_meta and logits.shape == (1, 3, 4)
    logits.square().sum().backward()
    assert all(p.grad is not None and p.grad.is_meta for p in model.parameters())


@pytest.mark.parametrize(
    "what, blocks", [("head", ()), (1, (2,)), (2, (1, 2)), ("blocks", (0, 1, 2)), ("all", (0, 1, 2))]
)
def test_what_is_to_be_trained_is_trained_and_nothing_else(tones, what, blocks):
    problem, model = tones[0], fresh(tones, what)
    before = snapshot(model)
    train(
        model,
        problem.X,
        problem.y,
        few(problem, "corpus0", 3, [0]),
        lr=1e-3,
        optimiser=Steps,
        evaluator=Evaluator(),
    )
    expected = {name for name in before if name.startswith("head.")}
    expected |= {name for name in before if any(f"encoder.layers.{b}." in name for b in blocks)}
    expected |= {name for name in before if what == "all" and ".conv" in name}
    assert moved(model, before) == expected
    assert sum(p.numel() for p in model.parameters()) == sum(before[name].numel() for name in expected)


def embedded(folders, tones):
    """The same problem as frozen embeddings, scaled by the source's training clips."""
    problem, waves, _ = tones
    E = load_encoder(folders("whisper"), 3).embed(waves)
    rows = problem.parts["corpus0"].train
    E = (E - E[rows].mean(0)) / E[rows].std(0)
    return replace(problem, X=torch.from_numpy(E))


# SI walks the path of an MLP again, soups train several runs; EWC and MAS read an MLP's layers and have forms
# of their own here.
ELSE = {"si", "soup", "greedy-soup", "per-class-soup", "ewc", "mas"}
# These read vectors off the clips, or the shape of an MLP.
VECTORS = {"target-only", "gdumb", "ncm", "slda", "ranpac", "router"}


@pytest.mark.parametrize("name", [name for name in METHODS if name not in ELSE | VECTORS])
def test_with_the_head_alone_every_method_is_that_of_the_embedding_path(folders, tones, name):
    problem, model = tones[0], fresh(tones, "head")
    # At its own pull a correction makes logits of fifty out of these few clips: 1e-4 would be their rounding.
    settings = {"rho": 1.0} if name == "bias-correction" else {}
    ours, theirs = [
        list(
            train_sequence(
                METHODS[name](**settings),
                w,
                m,
                steps=6,
                lr=3e-3,
                stream=ordered if name == "er" else few,
                optimiser=o,
            )
        )
        for w, m, o in (
            (problem, model, Steps),
            (embedded(folders, tones), MLP([0], 64, 16, 4), partial(Steps, head_size=4)),
        )
    ]
    X = embedded(folders, tones).X
    said = [stop.model.predict(x) for stop, x in ((ours[-1], problem.X), (theirs[-1], X))]
    assert (said[0] == said[1]).float().mean() > 0.9  # ties of an untrained head may fall either way
    heads = [stop.model for stop in (ours[-1], theirs[-1])]
    if isinstance(heads[1], MLP):
        torch.testing.assert_close(heads[0](problem.X), heads[1](X), rtol=0, atol=1e-4)
        for p, q in zip(heads[0].head.parameters(), heads[1].parameters()):
            torch.testing.assert_close(p, q, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", sorted(VECTORS | ELSE))
def test_methods_that_want_vectors_refuse_an_encoder_in_one_sentence(tones, name):
    with pytest.raises(SequifiError, match=r"(one run|embed|finetuning\.|MLP).*[.]$") as said:
        list(
            train_sequence(
                METHODS[name](),
                tones[0],
                fresh(tones, "head"),
                steps=4,
                stream=few,
                optimiser=Steps,
                evaluator=Evaluator,
            )
        )
    assert (
        "SpeechClassifier" in str(said.value) or "one run" in str(said.value) or "vectors" in str(said.value)
    )


@pytest.mark.parametrize(
    "name", ["vanilla", "l2-sp", "lwf", "er", "a-gem", "gem", "der", "interpolation", "ema", "swa", "er-ace"]
)
@pytest.mark.parametrize("stream", [few, ordered])
def test_methods_run_unchanged_with_the_encoder_moving(tones, name, stream):
    problem, model = tones[0], fresh(tones, 1)
    before = snapshot(model)
    choices = {
        "steps": 4,
        "lr": 1e-3,
        "stream": stream,
        "optimiser": Steps,
        "evaluator": lambda: Evaluator({"on": np.arange(3)}),
    }
    found = [list(train_sequence(METHODS[name](), problem, model, **choices))[-1] for _ in range(2)]
    assert not moved(model, before)
    assert any(".layers.2." in key for key in moved(found[0].model, before))
    assert not moved(found[0].model, snapshot(found[1].model))  # the same twice
    assert found[0].record.curve("on").sum() == 3 * len(found[0].record.steps)


def test_vanilla_class_by_class_is_a_loop_written_out(tones):
    problem, model, plain = tones[0], fresh(tones, 1), fresh(tones, 1)
    *_, stop = train_sequence(
        Vanilla(), problem, model, steps=8, lr=1e-3, stream=ordered, optimiser=Steps, evaluator=Evaluator
    )
    rows = ordered(problem, "corpus1", 8, [0]).rows[0]
    for t, batch in enumerate(rows):
        if t % 2 == 0:  # a new optimiser for every class
            every = list(plain.parameters())
            adam = torch.optim.AdamW(
                [{"params": every[:-4]}, {"params": every[-4:], "lr": 1e-2}],
                lr=1e-3,
                weight_decay=0,
                fused=True,
            )
        assert len({r % 4 for r in batch}) == 1
        adam.zero_grad()
        loss = (
            sum(
                torch.nn.functional.cross_entropy(plain(problem.X[[r]])[0], torch.tensor([r % 4]))
                for r in batch
            )
            / 4
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(every, 1.0)
        adam.step()
    for p, q in zip(stop.model.parameters(), plain.parameters()):
        torch.testing.assert_close(p, q, rtol=0, atol=1e-4)


def gradient(model, X, y):
    torch.nn.functional.cross_entropy(model(X)[0], y).backward()
    found = [p.grad.clone() for p in model.parameters()]
    for p in model.parameters():
        p.grad = None
    return found


def test_neither_chunks_nor_saving_memory_change_anything(tones):
    problem, model = tones[0], fresh(tones)
    logits, found = model(problem.X), gradient(model, problem.X, problem.y)
    assert max(g.abs().max() for g in found) > 1e-2
    for chunk, save in ((1, False), (60, True), (10**9, False), (10**9, True)):
        model.chunk, model.save_memory = chunk, save
        torch.testing.assert_close(model(problem.X), logits, rtol=0, atol=1e-5)
        for g, h in zip(gradient(model, problem.X, problem.y), found):
            torch.testing.assert_close(g, h, rtol=1e-3, atol=1e-5)


def test_bfloat16_rounds_the_products_alone(tones):
    problem, model = tones[0], fresh(tones)
    exact = model(problem.X)
    model.precision = torch.bfloat16
    rounded = model(problem.X)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    torch.testing.assert_close(rounded, exact, rtol=0.05, atol=0.1)
    assert all(g.dtype == torch.float32 for g in gradient(model, problem.X, problem.y))


@pytest.mark.parametrize("family", ["whisper", "wav2vec2", "data2vec"])
def test_training_on_kept_states_is_training_anew_but_for_float16(folders, family):
    model = load_classifier(folders(family), 3, hidden=16, train=1)
    problem, _ = tones_problem(model.network.prepare, corpora=1, clips=8)
    model.scale_by(problem.X)
    exact, begun = model(problem.X), weights(model)
    top, X = keep_states(model, problem.X)
    assert top.start == 2 and X[[0]].tensors()[0].dtype == torch.float16

    def rounded(_, inputs, out):
        return (out[0].half().float(), *out[1:]) if isinstance(out, tuple) else out.half().float()

    model.network.blocks[1].register_forward_hook(rounded)
    torch.testing.assert_close(top(X), model(problem.X), rtol=0, atol=1e-4)
    torch.testing.assert_close(top(X), exact, rtol=0, atol=0.1)
    schedule = shuffled(np.arange(8), 5, [0], 4)
    for m, x in ((top, X), (model, problem.X)):
        train(m, x, problem.y, schedule, lr=1e-3, optimiser=Steps, evaluator=Evaluator())
    torch.testing.assert_close(top(X), model(problem.X), rtol=0, atol=5e-3)
    assert max((p - q).abs().max() for p, q in zip(weights(model), begun)) > 1e-3


def test_states_are_kept_only_where_something_is_frozen(tones, folders):
    problem = tones[0]
    for what in ("all", "blocks"):
        model = fresh(tones, what)
        assert keep_states(model, problem.X) == (model, problem.X)
    top, X = keep_states(fresh(tones, "head"), problem.X)
    assert top.start == 3
    torch.testing.assert_close(top(X), tones[2](problem.X), rtol=0, atol=0.1)
    with pytest.raises(SequifiError, match="behind block 3, so the blocks up to it cannot be trained"):
        top.train_only(1)
    shared = load_classifier(folders("wavlm"), 2, train=1)
    top, X = keep_states(shared, Clips([shared.network.prepare(noise(0.2))]))
    with pytest.raises(EncoderError, match="WavLM's blocks .* use start=0"):
        top(X)


def test_copies_share_what_is_frozen_and_nothing_else(tones):
    model = fresh(tones, 1)
    twin = model.select([0])
    theirs = dict(twin.named_parameters())
    for name, p in model.named_parameters():
        assert (p is theirs[name]) == (not p.requires_grad), name
    assert twin.predict(tones[0].X).equal(model.predict(tones[0].X))
    new = model.with_new_output([5])
    changed = moved(new, snapshot(model))
    assert changed == {"head.W2", "head.b2"}
    assert model.layers[-1][0] is model.head.W2


def test_fisher_and_sensitivity_are_autograd_clip_by_clip(tones):
    problem, model, rows = tones[0], fresh(tones, 1), np.array([3, 0, 6])
    F = [torch.zeros_like(p) for p in model.parameters()]
    Omega = [torch.zeros_like(p) for p in model.parameters()]
    for row in rows:
        for k in range(4):
            model.zero_grad()
            log_p = torch.log_softmax(model(problem.X[[row]])[0, 0], 0)[k]
            log_p.backward()
            for f, p in zip(F, model.parameters()):
                f += log_p.detach().exp() * p.grad**2 / 3
        model.zero_grad()
        model(problem.X[[row]]).square().sum().backward()
        for o, p in zip(Omega, model.parameters()):
            o += p.grad.abs() / 3
    for found, written in ((importance.fisher, F), (importance.sensitivity, Omega)):
        for a, b in zip(found(model, problem.X, rows), written):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-8)


def test_with_the_head_alone_importances_are_those_of_an_mlp(folders, tones):
    problem, model, there = tones[0], fresh(tones, "head"), embedded(folders, tones)
    rows, head = problem.parts["corpus0"].train, MLP([0], 64, 16, 4)
    pairs = [
        (importance.fisher(model, problem.X, rows), fisher(head, there.X, there.y, rows)),
        (importance.sensitivity(model, problem.X, rows), sensitivity(head, there.X, rows)),
    ]
    for ours, theirs in pairs:
        for a, b in zip(ours, theirs):
            torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)


def test_springs_of_an_encoder_pull_it_back_and_some_clips_will_do(tones):
    problem, model = tones[0], fresh(tones, 1)
    begun = torch.cat([w.flatten() for w in weights(model)])
    ways = []
    for method in (EncoderEWC(0.0), EncoderEWC(1e6), EncoderMAS(1e6), EncoderEWC(1e6, clips=3)):
        *_, stop = train_sequence(
            method, problem, model, steps=4, lr=1e-3, stream=few, optimiser=Steps, evaluator=Evaluator
        )
        ways.append(float((torch.cat([w.flatten() for w in weights(stop.model)]) - begun).norm()))
    assert max(ways[1:]) < 0.5 * ways[0]
    picked = importance.some(np.arange(50, 90), 7, 2)
    assert len(set(picked)) == 7 and set(picked) <= set(range(50, 90))
    np.testing.assert_array_equal(importance.some(np.arange(5), 7, 2), np.arange(5))


def test_steps_are_adamw_with_two_rates_a_warm_up_and_a_clip():
    torch.manual_seed(0)
    body, head = torch.nn.Parameter(torch.ones(3)), [torch.nn.Parameter(torch.ones(2)) for _ in range(4)]
    mirror = [torch.nn.Parameter(p.detach().clone()) for p in (body, *head)]
    steps = Steps([body, *head], lr=0.1, head=5.0, warm_up=4, clip=0.5, decay=0.01, betas=(0.5, 0.7))
    groups = [{"params": mirror[:1]}, {"params": mirror[1:]}]
    adam = torch.optim.AdamW(groups, lr=0.1, betas=(0.5, 0.7), weight_decay=0.01)
    for t in range(6):
        for p, q in zip((body, *head), mirror):
            p.grad = torch.randn_like(p)
            q.grad = p.grad.clone()
        norm = torch.cat([q.grad for q in mirror]).norm()
        for q in mirror:
            q.grad *= min(1.0, 0.5 / (norm + 1e-6))
        for group, times in zip(adam.param_groups, (1, 5)):
            group["lr"] = 0.1 * times * min(1.0, (t + 1) / 4)
        steps.step(), adam.step()
        for p, q in zip((body, *head), mirror):
            torch.testing.assert_close(p, q)
    steps.zero_grad()
    assert body.grad is None
    assert len(Steps(head, lr=0.1).adam.param_groups) == 1  # the head alone


def test_the_watch_sees_how_far_the_weights_of_an_encoder_got(tones):
    problem, model = tones[0], fresh(tones, 1)
    begun = weights(model)
    record = train(
        model,
        problem.X,
        problem.y,
        few(problem, "corpus0", 4, [0]),
        lr=1e-3,
        optimiser=Steps,
        evaluator=Evaluator(points=2),
    )
    way = sum(((p - q) ** 2).sum() for p, q in zip(weights(model), begun)).sqrt()
    assert record.steps == [0, 2, 4] and record.distance[0] == 0
    assert record.distance[-1][0] == pytest.approx(float(way), rel=1e-5)


@pytest.mark.parametrize("what", ["top", 4, -1, True, 1.0])
def test_parts_that_do_not_exist_are_named(tones, what):
    with pytest.raises(SequifiError, match="choose 'head', 'blocks', 'all', or 1 to 3"):
        fresh(tones, what)


def test_wrong_arguments_are_named(folders, tones, tmp_path):
    problem = tones[0]
    with pytest.raises(EncoderError, match="has blocks 1 to 3"):
        load_classifier(folders("whisper"), 4)
    with pytest.raises(EncoderError, match="No encoder can be loaded"):
        load_classifier(tmp_path / "nowhere")
    with pytest.raises(SequifiError, match="has one run"):
        fresh(tones).select([0, 0])
    with pytest.raises(SequifiError, match="has one run"):
        list(
            train_sequence(
                Soup(),
                problem,
                fresh(tones, "head"),
                steps=4,
                stream=few,
                optimiser=Steps,
                evaluator=Evaluator,
            )
        )
    with pytest.raises(SequifiError, match="SI needs the path to the source model"):
        list(
            train_sequence(
                METHODS["si"](),
                problem,
                fresh(tones, "head"),
                steps=4,
                stream=few,
                optimiser=Steps,
                evaluator=Evaluator,
            )
        )
    with pytest.raises(CorpusError):
        audio_problem({"emodb": tmp_path}, 0, torch.from_numpy)


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    return write_twin(tmp_path_factory.mktemp("audio") / "twin", corpora=["emodb", "mesd"])


def test_audio_is_folded_as_the_corpus_is_and_read_when_it_is_wanted(twin):
    problem = audio_problem(twin, 0, torch.from_numpy)
    assert (
        problem.corpora == ("emodb", "mesd")
        and problem.emotions == FOUR
        and len(problem.X) == len(problem.y) == len(problem.clips)
    )
    for name, part in problem.parts.items():
        clips = problem.clips[problem.clips["corpus"] == name].reset_index()
        again = split(clips, 0)
        for which in ("train", "valid", "test"):
            rows = getattr(part, which)
            assert set(problem.clips["file"].iloc[rows]) == set(clips["file"].iloc[getattr(again, which)])
            assert [FOUR[k] for k in problem.labels[rows]] == problem.clips["emotion"].iloc[rows].tolist()
    audio = problem.X.store
    assert not audio._kept
    clip = problem.X[[7]].tensors()[0]
    assert list(audio._kept) == [7] and len(clip) == pytest.approx(
        16_000 * problem.clips["duration"][7], abs=2
    )
    with pytest.raises(SequifiError, match="has no (train|valid|test) clip of fear in fold 0"):
        audio_problem({"emodb": twin["emodb"]}, 0, torch.from_numpy, (*FOUR, "fear"))


CACHES = (moving._problem, moving._source, sound_and_weights.audio_root, sound_and_weights.audio_of)


@pytest.fixture
def study(twin, folders, tmp_path, monkeypatch):
    """The studies' own way of training, on the twin and a tiny encoder."""
    monkeypatch.setenv("SEQUIFI_LITE_CORPORA", str(twin["emodb"].parent))
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(folders("whisper")))
    monkeypatch.setattr(moving, "KEPT", tmp_path / "sources")
    monkeypatch.setattr(moving, "SOURCE", {"steps": 4, "lr": 1e-4, "head": 30.0})
    for cached in CACHES:
        cached.cache_clear()
    yield tmp_path / "sources"
    for cached in CACHES:
        cached.cache_clear()


RUN = finetuning_run.Run("vanilla", ("emodb", "mesd"), 0, 1e-3, T=4, layer=2, batch=4, depth=1)


def test_a_run_of_the_moving_study_comes_out_the_same_twice(study):
    runs = [
        RUN,
        replace(RUN, variant="sequifi-canonical", order=(3, 1, 0, 2), precision="float32"),
        replace(RUN, variant="ewc", value=1.0, depth="head"),
        replace(RUN, variant="er", value=2.0),
    ]
    tables = [moving.train_runs([run]) for run in runs]
    kept = {path.name: path.read_bytes() for path in study.iterdir()}
    assert len(kept) == 2  # one source model for each precision
    for cached in CACHES:
        cached.cache_clear()
    for table, run in zip(tables, runs):
        again = moving.train_runs([run])
        assert again.to_json() == table.to_json()
    assert {path.name: path.read_bytes() for path in study.iterdir()} == kept
    problem = moving._problem(RUN.corpora, 0, FOUR, 2)
    tested = sum(len(problem.subset(name, "test", moving.TESTED)) for name in RUN.corpora)
    assert tables[0]["confusions"][0].sum() == tested and tables[0]["distance"][0] > 0


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_source_model_is_named_and_never_used(study, seed):
    moving.train_runs([RUN])
    (path,) = study.iterdir()
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    moving._source.cache_clear()
    with pytest.raises(SequifiError, match=f"{path.name} .*; delete it, and it is trained again"):
        moving.train_runs([RUN])


def test_a_source_model_under_the_name_of_another_is_named(study):
    for run in (RUN, replace(RUN, replicate=1)):
        moving.train_runs([run])
    one, other = study.iterdir()
    shutil.copy(one, other)
    other_replicate = int(other.name.split("-")[1])
    moving._source.cache_clear()
    with pytest.raises(SequifiError, match=f"{other.name} holds another source model, {one.name}; delete it"):
        moving.train_runs([replace(RUN, replicate=other_replicate)])


MOVED = ["vanilla", "ewc", "mas", "lwf", "er", "zero-shot", "vanilla-balanced", "sequifi-focus"]
MOVED += [f"sequifi-canonical+{name}" for name in moving.DRIFTING]


@pytest.mark.parametrize("name", MOVED)
def test_all_that_runs_in_fine_tuning_is_in_the_hash(study, name):
    run = replace(RUN, variant=name, order=(3, 1, 0, 2) if "sequifi" in name else None, precision="float32")
    ran = executed(lambda: moving.train_runs([run]))
    receipts = {
        Place(f"studies.{file}", name)
        for file, names in {
            "finetuning_training": ("_kept", "_module", "folds_of", "_weights_in"),
            "sound_and_weights": ("inputs", "audio_of", "encoder_of"),
        }.items()
        for name in names
    }
    outside = ("studies.definitions", "data.sealed", "data.files", "errors")  # how it is kept decides nothing
    assert len(ran) > 20
    assert not {
        place
        for place in ran - set(finetuning_run.used_by(name, RUN.corpora)) - receipts
        if place.module not in outside
    }


def test_a_finished_run_is_kept_under_the_sound_and_the_weights_that_it_read(study, monkeypatch):
    before = RUN.key, RUN.identity
    monkeypatch.setattr(sound_and_weights, "encoder_of", lambda name: "another")
    assert RUN.key == before[0] and RUN.identity != before[1]
    monkeypatch.undo()
    monkeypatch.setattr(sound_and_weights, "audio_of", lambda name: {"clips": "others"})
    assert RUN.key == before[0] and RUN.identity != before[1]


def test_the_folds_of_its_corpora_are_in_the_key_and_others_are_not(study, monkeypatch, tmp_path):
    key, source = RUN.key, moving._kept(RUN.corpora, 0)
    for corpus in ("mesd", "emodb", "cremad"):
        lines = moving.FILE.read_text().splitlines()
        number = next(i for i, line in enumerate(lines) if line.startswith(f"{corpus},"))
        lines[number] = lines[number][:-1] + str((int(lines[number][-1]) + 1) % 5)
        (tmp_path / "folds.csv").write_text("\n".join(lines))
        with monkeypatch.context() as patch:
            patch.setattr(moving, "FILE", tmp_path / "folds.csv")
            moving.folds_of.cache_clear()
            assert (RUN.key == key) == (corpus == "cremad")
            assert (moving._kept(RUN.corpora, 0) == source) == (corpus != RUN.corpora[0])
        moving.folds_of.cache_clear()


def test_speakers_and_samples_count_and_a_container_does_not(study, twin, tmp_path, monkeypatch):
    def audio():
        sound_and_weights.audio_of.cache_clear(), sound_and_weights.audio_root.cache_clear()
        return sound_and_weights.audio_of("emodb")

    told = audio()
    shutil.copytree(twin["emodb"], tmp_path / "emodb")
    monkeypatch.setenv("SEQUIFI_LITE_CORPORA", str(tmp_path))
    wav = sorted((tmp_path / "emodb").rglob("*.wav"))[0]
    samples, rate = soundfile.read(wav, dtype="int16")
    soundfile.write(wav.with_suffix(".flac"), samples, rate)
    wav.unlink()
    assert audio() == told
    samples[100] += 1
    soundfile.write(wav.with_suffix(".flac"), samples, rate)
    assert audio()["clips"] == told["clips"] and audio()["samples"] != told["samples"]
    wav.with_suffix(".flac").unlink()
    assert audio()["clips"] != told["clips"]


def test_interpolations_are_read_off_one_training(study):
    group = [RUN, *(replace(RUN, variant="interpolation", value=alpha) for alpha in (0.0, 1.0))]
    table = moving.train_runs(group)
    zero = moving.train_runs([replace(RUN, variant="zero-shot")])
    np.testing.assert_array_equal(table["confusions"][1], zero["confusions"][0])
    np.testing.assert_array_equal(table["confusions"][2], table["confusions"][0])


def test_the_key_changes_with_every_setting(study):
    other = {
        "variant": "lwf",
        "corpora": ("emodb",),
        "replicate": 1,
        "lr": 2e-3,
        "T": 5,
        "order": (0, 1, 2, 3),
        "value": 0.5,
        "depth": "all",
        "layer": 1,
        "batch": 2,
        "head": 5.0,
        "precision": "float32",
        "emotions": FOUR[:3],
        "scaling": "raw",
        "hidden": 64,
        "part": "valid",
        "clip": None,
        "betas": (0.9, 0.98),
    }
    assert set(other) == {field.name for field in fields(finetuning_run.Run)}
    keys = {replace(RUN, **{name: value}).key for name, value in other.items()}
    assert len(keys) == len(other) and RUN.key not in keys and RUN.key == replace(RUN).key


def test_kept_states_are_padded_among_clips_of_their_own_length(tones):
    problem = tones[0]
    top, X = keep_states(fresh(tones, 1), problem.X)
    frames, seen = top.network.frames, []
    top.network.frames = lambda clips, start: seen.extend(len(clip) for clip in clips) or frames(clips, start)
    top(X)
    assert seen == sorted(seen, reverse=True)
