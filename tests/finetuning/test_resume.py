"""Training that is killed goes on to the same weights, bit for bit.

From every step, and from wherever SIGKILL strikes.
"""

import copy
import multiprocessing
import os
import pickle
import shutil
import threading
import time
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
import torch
from damage import damaged, full_disk
from safetensors.torch import save_file
from small_problem import small_problem, small_source
from tiny_encoders import tones_problem, write_whisper

from sequifi_lite.errors import PlaceError, SequifiError
from sequifi_lite.finetuning import (
    EncoderEWC,
    Evaluator,
    GaussianBothShifted,
    GaussianShifted,
    Mask,
    Steps,
    load_classifier,
    resume,
    resuming_train,
    resuming_train_sequence,
)
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import DER, EMA, ER, L2SP, SI, SWA, LwF, Vanilla
from sequifi_lite.learning.methods._gaussians import Gaussian
from sequifi_lite.learning.methods._quadratic import Anchors
from sequifi_lite.learning.methods.early_stopping import BestOnValidation, EarlyStopping
from sequifi_lite.learning.methods.gaussian_seen import GaussianBoth
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    model = load_classifier(write_whisper(tmp_path_factory.mktemp("whisper")), 2, hidden=8, train=1)
    problem, _ = tones_problem(model.network.prepare, corpora=3, clips=8)
    model.scale_by(problem.X[problem.parts["corpus0"].train])
    model.mask = Mask(seed=3)
    return problem, model


def mixed(problem, corpus, steps, seeds):
    return shuffled(problem.parts[corpus].train, steps, seeds, 2)


def ordered(problem, corpus, steps, seeds, reset=True):
    return class_by_class(
        problem.parts[corpus].train, problem.labels, [[2, 0, 3, 1]], steps, seeds, 2, reset=reset
    )


def evaluator():
    return Evaluator({"on": np.arange(4)}, {"all": np.arange(6)}, points=3)


CHOICES = {
    "steps": 4,
    "lr": 1e-3,
    "stream": mixed,
    "optimiser": partial(Steps, warm_up=3),
    "evaluator": evaluator,
}


def same(ours, theirs):
    """Weights to the bit, and what the record tells."""
    assert [stop.corpus for stop in ours] == [stop.corpus for stop in theirs]
    for a, b in zip(ours, theirs):
        for (name, p), q in zip(a.model.state_dict().items(), b.model.state_dict().values()):
            assert torch.equal(p, q), name
        for field, value in vars(b.record).items() if b.record else ():
            mine = getattr(a.record, field)
            for x, y in zip(
                *(v.items() if isinstance(v, dict) else [(0, v)] for v in (mine, value)), strict=True
            ):
                np.testing.assert_equal(x, y, err_msg=field)


def copies_of_every_checkpoint(monkeypatch, folder):
    """Every state of the folder after a write, as a folder of its own."""
    kept, write = [], resume.write

    def write_and_keep(path, state):
        write(path, state)
        kept.append(folder.parent / f"kept{len(kept)}")
        shutil.copytree(folder, kept[-1])

    monkeypatch.setattr(resume, "write", write_and_keep)
    return kept


METHODS = {
    "vanilla": (Vanilla, {}),
    "ordered": (Vanilla, {"stream": ordered}),
    "carried": (Vanilla, {"stream": partial(ordered, reset=False)}),
    "ewc": (partial(EncoderEWC, 1e3, clips=2), {"stream": ordered}),
    "l2-sp": (partial(L2SP, 1.0), {}),
    "lwf": (partial(LwF, 1.0), {"stream": ordered}),
    "er": (partial(ER, 1, width=2), {}),
    "der": (partial(DER, 1.0, per_class=1, width=2), {}),
    "ema": (partial(EMA, 0.5), {}),
    "swa": (partial(SWA, 0.0, c=2), {}),
    "gaussian-shifted": (GaussianShifted, {"stream": ordered}),
    "gaussian-both-shifted": (GaussianBothShifted, {"stream": ordered}),
}


@pytest.mark.parametrize("name", METHODS)
def test_from_every_step_training_goes_on_to_the_same_weights(tones, tmp_path, monkeypatch, name):
    problem, model = tones
    chain = problem.corpora[: 3 if name in ("ordered", "ewc", "lwf", "ema") else 2]
    problem = replace(problem, corpora=chain)
    method, choices = METHODS[name]
    choices = CHOICES | choices
    plain = list(train_sequence(method(), problem, model, **choices))
    kept = copies_of_every_checkpoint(monkeypatch, tmp_path / "here")
    same(
        list(resuming_train_sequence(tmp_path / "here", method(), problem, model, seconds=0, **choices)),
        plain,
    )
    assert len(kept) == 4 * (len(chain) - 1)
    monkeypatch.undo()
    for folder in kept:
        same(list(resuming_train_sequence(folder, method(), problem, model, **choices)), plain)


# A path; Gaussians, and a generator that draws from them; the best weights so far.
@pytest.mark.parametrize("method", [SI, GaussianBoth, partial(EarlyStopping, every=1)])
def test_a_method_of_heads_goes_on_with_what_it_holds(tmp_path, monkeypatch, method):
    problem = small_problem(clips=40)
    source, stream = small_source(problem, steps=20), partial(ordered)
    plain = list(train_sequence(method(), problem, source, steps=6, lr=1e-2, stream=stream))
    kept = copies_of_every_checkpoint(monkeypatch, tmp_path / "here")
    list(
        resuming_train_sequence(
            tmp_path / "here", method(), problem, source, seconds=0, steps=6, lr=1e-2, stream=stream
        )
    )
    monkeypatch.undo()
    for folder in kept:
        again = list(
            resuming_train_sequence(folder, method(), problem, source, steps=6, lr=1e-2, stream=stream)
        )
        for a, b in zip(again, plain):
            assert all(torch.equal(p, q) for p, q in zip(a.model.parameters(), b.model.parameters()))


def test_a_single_training_goes_on_with_its_best_weights_on_validation(tmp_path, monkeypatch):
    problem = small_problem(corpora=1, clips=40)
    schedule = shuffled(problem.parts["corpus0"].train, 9, [0], 4)

    def run(f, path=()):
        head, best = (
            MLP([0], 8, 16, 4),
            BestOnValidation(problem.X, problem.y, problem.parts["corpus0"].valid, every=2),
        )
        record = f(
            *path,
            head,
            problem.X,
            problem.y,
            schedule,
            lr=1e-2,
            consolidation=best,
            evaluator=Evaluator(points=4),
        )
        return head, record

    plain, record = run(train)
    kept = copies_of_every_checkpoint(monkeypatch, tmp_path / "here")
    run(partial(resuming_train, seconds=0), (tmp_path / "here" / "a",))
    monkeypatch.undo()
    assert len(kept) == 9
    for folder in kept:
        head, again = run(resuming_train, (folder / "a",))
        assert all(torch.equal(p, q) for p, q in zip(head.parameters(), plain.parameters()))
        assert again.steps == record.steps
        np.testing.assert_equal(again.loss, record.loss)


def test_checkpoints_are_written_when_their_time_has_come_and_after_the_last_step(
    tones, tmp_path, monkeypatch
):
    problem, model = tones
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(resume.time, "monotonic", lambda: next(clock))
    written = []
    monkeypatch.setattr(resume, "write", lambda path, state: written.append((path.name, state["done"])))
    list(resuming_train_sequence(tmp_path, Vanilla(), problem, model, seconds=20, **CHOICES))
    assert written == [(f"{number}.pt", done) for number in (1, 2) for done in (2, 4)]


def go(folder, problem, model):
    torch.set_num_threads(1)
    *_, stop = resuming_train_sequence(
        folder, EMA(0.5), problem, model, seconds=0, **CHOICES | {"steps": 12, "stream": ordered}
    )
    weights = [p.detach() for p in stop.model.parameters()]
    resume.write(folder / "end.pt", {"key": "", "done": 12, "weights": weights})


def test_kill_it_anywhere_and_nothing_is_lost(tones, tmp_path):
    problem, model = tones
    *_, plain = train_sequence(EMA(0.5), problem, model, **CHOICES | {"steps": 12, "stream": ordered})
    generator, kills = np.random.default_rng(), 0
    fork = multiprocessing.get_context("fork")
    for _ in range(60):
        if (tmp_path / "end.pt").exists():
            break
        before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
        process = fork.Process(target=go, args=(tmp_path, problem, model))
        process.start()
        deadline = time.monotonic() + 60  # some progress first, or this would never end
        while process.is_alive() and before == {
            path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.pt")
        }:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.join(
            generator.uniform(0, 0.2 * (1 + kills))
        )  # later kills leave more time: it ends on a slow machine too
        if process.is_alive():
            process.kill()
            kills += 1
        process.join()
        assert process.exitcode in (0, -9)
    assert kills
    for p, q in zip(resume.read(tmp_path / "end.pt")["weights"], plain.model.parameters()):
        assert torch.equal(p, q)


@pytest.mark.parametrize(
    "change", ["lr", "method", "strength", "order", "weights", "trained", "labels", "optimiser", "steps"]
)
def test_a_checkpoint_of_another_training_is_refused(tones, tmp_path, change):
    problem, model = tones
    method, choices = partial(LwF, 1.0), CHOICES | {"steps": 3}
    list(resuming_train_sequence(tmp_path, method(), problem, model, **choices))
    model = copy.deepcopy(model)
    if change == "weights":
        model.network.encoder.conv1.bias.data[0] += 1
    elif change == "trained":
        model.train_only("head")
    elif change == "labels":
        problem = replace(problem, y=(problem.y + 1) % 4)
    else:
        method = {"method": Vanilla, "strength": partial(LwF, 0.5)}.get(change, method)
        other = {"lr": 2e-3, "order": partial(ordered), "optimiser": partial(Steps, warm_up=2), "steps": 5}
        choices |= {{"order": "stream"}.get(change, change): other[change]} if change in other else {}
        choices["steps"] = 4 if change == "order" else choices["steps"]
    with pytest.raises(SequifiError, match="1.pt belongs to another training"):
        list(resuming_train_sequence(tmp_path, method(), problem, model, **choices))


def test_a_damaged_file_is_named(tones, tmp_path):
    problem, model = tones
    (tmp_path / "1.pt").write_bytes(b"not at all")
    with pytest.raises(SequifiError, match="1.pt is damaged, or no checkpoint of this library; delete it"):
        list(resuming_train_sequence(tmp_path, Vanilla(), problem, model, **CHOICES))


def test_half_a_file_a_changed_byte_and_files_of_others_are_refused(tmp_path):
    state = {"key": "k", "done": 3, "weights": [torch.arange(50.0)], "losses": [1.0, 2.0]}
    path = tmp_path / "a.pt"
    resume.write(path, state)
    assert str(resume.read(path)) == str(state)
    whole = path.read_bytes()
    place = whole.index(state["weights"][0].numpy().tobytes()) + 70
    half = [whole[:length] for length in range(0, len(whole), 97)]
    for content in [*half, whole[:place] + b"?" + whole[place + 1 :]]:
        path.write_bytes(content)
        with pytest.raises(
            SequifiError, match="a.pt is damaged, or no checkpoint of this library; delete it"
        ):
            resume.read(path)
    for content in ({"weights": state["weights"]}, [1, 2], pickle.loads):
        torch.save(content, path)
        with pytest.raises(SequifiError, match="no checkpoint of this library"):
            resume.read(path)
    save_file({"00000": torch.ones(2)}, path, metadata={"state": "{}"})  # as it was written before
    with pytest.raises(SequifiError, match="no checkpoint of this library"):
        resume.read(path)


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_checkpoint_is_named_and_never_used(tmp_path, seed):
    path = tmp_path / "a.pt"
    resume.write(path, {"key": "k", "done": 3, "weights": [torch.arange(50.0)], "losses": [1.0, 2.0]})
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    with pytest.raises(SequifiError, match="a.pt is damaged, or no checkpoint of this library; delete it"):
        resume.read(path)


def test_a_checkpoint_under_another_name_is_named(tmp_path):
    resume.write(tmp_path / "1.pt", {"key": "k", "done": 3})
    shutil.copy(tmp_path / "1.pt", tmp_path / "2.pt")
    with pytest.raises(SequifiError, match="2.pt is damaged"):
        resume.read(tmp_path / "2.pt")


def test_a_full_disk_is_told_and_the_checkpoint_before_stays(tmp_path, monkeypatch):
    path, state = tmp_path / "a.pt", {"key": "k", "done": 3, "weights": [torch.arange(50_000.0)]}
    resume.write(path, state)
    before = path.read_bytes()
    with full_disk(monkeypatch), pytest.raises(PlaceError, match="The disk of .*a.pt is full; free some"):
        resume.write(path, state | {"done": 4})
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == ["a.pt"]


def test_a_second_training_on_one_folder_is_told(tmp_path):
    problem = small_problem(clips=40)
    source = small_source(problem, steps=4)
    choices = {"steps": 4, "lr": 1e-2, "stream": ordered}
    plain = list(train_sequence(Vanilla(), problem, source, **choices))
    first = resuming_train_sequence(tmp_path, Vanilla(), problem, source, **choices)
    stops, told = [next(first)], []

    def second():
        try:
            list(resuming_train_sequence(tmp_path, Vanilla(), problem, source, **choices))
        except SequifiError as error:
            told.append(str(error))

    thread = threading.Thread(target=second)
    thread.start(), thread.join()
    assert len(told) == 1 and told[0].startswith("Another process keeps its checkpoints in ")
    same(stops + list(first), plain)
    same(list(resuming_train_sequence(tmp_path, Vanilla(), problem, source, **choices)), plain)
    assert {path.suffix for path in tmp_path.iterdir()} == {".pt"}


def test_where_no_checkpoint_can_be_written_nothing_is_trained(tones, tmp_path, monkeypatch):
    problem, model = tones
    monkeypatch.setattr(resume.loop, "train", lambda *arguments, **choices: pytest.fail("trained"))
    (tmp_path / "file").write_text("")
    with pytest.raises(SequifiError, match="file/1.pt cannot be written .*; choose another place"):
        list(resuming_train_sequence(tmp_path / "file", Vanilla(), problem, model, **CHOICES))
    (tmp_path / "a.pt").mkdir()
    with pytest.raises(SequifiError, match="a.pt is a folder; choose another place"):
        resuming_train(
            tmp_path / "a",
            model,
            problem.X,
            problem.y,
            shuffled(problem.parts[problem.corpora[0]].train, 2, [0], 4),
        )


def test_what_stands_behind_a_dot_stays_in_the_name_of_a_checkpoint(tmp_path):
    problem = small_problem(corpora=1, clips=40)
    schedule = shuffled(problem.parts["corpus0"].train, 2, [0], 4)
    for lr, name in ((1e-2, "lr0.01"), (1e-3, "lr0.001"), (1e-3, "b.pt")):
        resuming_train(tmp_path / name, MLP([0], 8, 16, 4), problem.X, problem.y, schedule, lr=lr)
    assert {path.name for path in tmp_path.iterdir()} == {
        "lr0.01.pt",
        "lr0.001.pt",
        "b.pt",
    }


def test_what_is_held_comes_back_and_what_is_no_data_stays(tmp_path):
    draws = [torch.Generator().manual_seed(3)]
    held = SimpleNamespace(
        t=torch.arange(3),
        columns=torch.arange(6.0).reshape(2, 3).T,  # the last bit of a product depends on the order in memory
        a=np.ones((2, 2), np.uint16),
        n=np.float64(0.5),
        pairs=[1, (None, True)],
        d={(0, 1): [Gaussian(torch.ones(2), torch.ones(1, 2), torch.zeros(2), 3)]},
        f=len,
        mixed=[1, len],
        draws=draws,
        anchors=Anchors(),
    )
    held.anchors.add([torch.ones(2)], [torch.full((2,), 5.0)])
    resume.write(tmp_path / "a.pt", {"key": "", "done": 0, "held": resume.state_of(held)})
    now = SimpleNamespace(f=max, mixed="mine", anchors=Anchors())
    anchors = now.anchors
    resume.put_back(now, resume.read(tmp_path / "a.pt")["held"])
    assert torch.equal(now.t, held.t) and now.a.dtype == np.uint16 and now.n == 0.5
    assert torch.equal(now.columns, held.columns) and now.columns.stride() == (1, 3)
    assert now.pairs == held.pairs and now.f is max and now.mixed == "mine"
    assert type(now.d[0, 1][0]) is Gaussian and now.d[0, 1][0].k == 3
    assert torch.equal(torch.rand(3, generator=now.draws[0]), torch.rand(3, generator=draws[0]))
    assert now.anchors is anchors and torch.equal(anchors.pulled[0], torch.full((2,), 5.0))
