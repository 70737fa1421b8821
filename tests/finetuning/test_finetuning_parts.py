"""What is built around an encoder that moves.

Adapters, masks, states on disk, memory known beforehand, several processes.
"""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
import torch
from damage import damaged, full_disk
from safetensors.torch import load_file
from tiny_encoders import tones_problem, write_self_supervised, write_whisper

from sequifi_lite.errors import PlaceError, SequifiError
from sequifi_lite.finetuning import (
    DiskStates,
    EncoderEWC,
    Evaluator,
    Mask,
    Shared,
    Steps,
    add_lora,
    check_memory,
    distributed as several,
    keep_states,
    keep_states_on_disk,
    load_classifier,
    machine_memory as memory,
    merge_lora,
)
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import AGEM, DER, ER, LwF, Vanilla
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    return write_whisper(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def tones(whisper):
    model = load_classifier(whisper, 3, hidden=8)
    problem, _ = tones_problem(model.network.prepare)
    return problem, model.scale_by(problem.X[problem.parts["corpus0"].train])


def few(problem, corpus, steps, seeds):
    return shuffled(problem.parts[corpus].train, steps, seeds, 4)


CHOICES = {"steps": 4, "lr": 1e-3, "stream": few, "optimiser": Steps, "evaluator": Evaluator}


def snapshot(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


# Adapters


def test_adapters_alone_and_the_head_are_trained_and_can_be_merged(tones):
    problem, model = tones
    adapted = add_lora(model, rank=2, alpha=4.0, blocks=2)
    said = model(problem.X)
    assert torch.equal(adapted(problem.X), said)  # B is nought at first
    names = {name for name, p in adapted.named_parameters() if p.requires_grad}
    wanted = {
        f"network.encoder.layers.{b}.self_attn.{w}.lora_{m}.default.weight"
        for b in (1, 2)
        for w in ("q_proj", "v_proj")
        for m in "AB"
    }
    assert names == wanted | {f"head.{name}" for name in ("W1", "b1", "W2", "b2")}
    before = snapshot(adapted)
    *_, stop = train_sequence(LwF(), problem, adapted, **CHOICES)
    after = stop.model.state_dict()
    assert {name for name, value in after.items() if not torch.equal(value, before[name])} == names
    merged = merge_lora(stop.model)
    assert set(dict(merged.named_parameters())) == set(dict(model.named_parameters()))
    torch.testing.assert_close(merged(problem.X), stop.model(problem.X), rtol=0, atol=1e-5)
    assert (merged(problem.X) - said).abs().max() > 1e-2
    name = "network.encoder.layers.2.self_attn.q_proj"
    A, B = (after[f"{name}.lora_{m}.default.weight"] for m in "AB")
    torch.testing.assert_close(
        merged.state_dict()[f"{name}.weight"], before[f"{name}.base_layer.weight"] + 4.0 / 2 * B @ A
    )


@pytest.mark.parametrize("rank", [1, 3])
def test_merged_weights_differ_by_as_many_directions_as_the_rank_and_nowhere_else(tones, rank):
    """W + (alpha / r) B A: for layers of 32 inputs and outputs r (32 + 32) numbers instead of 32 * 32."""
    problem, model = tones
    adapted = add_lora(model, rank=rank)
    head = sum(p.numel() for layer in model.layers for p in layer)
    assert sum(p.numel() for p in adapted.parameters()) == 3 * 2 * rank * (32 + 32) + head
    *_, stop = train_sequence(Vanilla(), problem, adapted, **CHOICES)
    merged, begun = merge_lora(stop.model).state_dict(), model.state_dict()
    ranks = {}
    for name, weight in merged.items():
        if name.startswith("network") and not torch.equal(weight, begun[name]):
            difference = weight.double() - begun[name].double()
            ranks[name] = int(torch.linalg.matrix_rank(difference, rtol=1e-4))
    assert len(ranks) == 3 * 2 and set(ranks.values()) == {rank}


def test_adapters_are_drawn_from_their_seed_and_leave_the_generator_alone(tones):
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    draws = [
        [p for n, p in add_lora(tones[1], rank=2, seed=seed).named_parameters() if "lora_A" in n]
        for seed in (0, 0, 1)
    ]
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(a, b) for a, b in zip(*draws[:2])) and not any(
        torch.equal(a, b) for a, b in zip(*draws[1:])
    )
    assert len({float(p[0, 0].detach()) for p in draws[0]}) == len(draws[0])


def test_adapters_go_with_ewc_and_with_kept_states(tones):
    problem, model = tones
    adapted = add_lora(model, rank=2, blocks=1)
    top, X = keep_states(adapted, problem.X)
    assert top.start == 2
    torch.testing.assert_close(top(X), adapted(problem.X), rtol=0, atol=0.1)
    *_, stop = train_sequence(EncoderEWC(1.0, clips=2), problem, adapted, **CHOICES)
    assert len(list(stop.model.parameters())) == 4 + 4


def test_wavlm_has_its_adapters_where_they_are_used(tmp_path):
    model = load_classifier(write_self_supervised(tmp_path, "wavlm")[0], 2, hidden=8)
    problem, _ = tones_problem(model.network.prepare, corpora=1, clips=8)
    adapted = add_lora(model, rank=2)
    train(
        adapted,
        problem.X,
        problem.y,
        few(problem, "corpus0", 2, [0]),
        lr=1e-3,
        optimiser=Steps,
        evaluator=Evaluator(),
    )
    gradients = [p.grad for name, p in adapted.named_parameters() if "lora_" in name]
    assert len(gradients) == 2 * 2 * 2 and all(g is not None and g.abs().max() > 0 for g in gradients)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"rank": 0}, "rank of at least 1 and 1 to 3 of the last blocks; got 0 and 3"),
        ({"blocks": 4}, "got 8 and 4"),
        ({"blocks": 0}, "got 8 and 0"),
        (
            {"targets": ("query",)},
            "no layers named query; choose from fc1, fc2, k_proj, out_proj, q_proj, v_proj",
        ),
    ],
)
def test_adapters_that_cannot_be_are_named(tones, arguments, words):
    with pytest.raises(SequifiError, match=words):
        add_lora(tones[1], **arguments)


def test_without_peft_adapters_say_what_to_install(tones, monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(
        SequifiError,
        match=r"LoRA needs the package peft; install it with `pip install 'sequifi_lite\[finetune\]'`",
    ):
        add_lora(tones[1])


# Masks


def test_a_mask_hides_stretches_and_bands_within_its_bounds():
    clip, mask = torch.randn(80, 200) + 5, Mask(times=1, frequencies=1, bands=10, share=0.3, seconds=0.5)
    widths = []
    for _ in range(200):
        hidden = mask(clip) != clip
        assert torch.equal(
            mask.__class__.__call__(SimpleNamespace(**vars(mask) | {"drawn": mask.drawn - 1}), clip) != clip,
            hidden,
        )
        columns, rows = hidden.all(0), hidden.all(1)
        assert torch.equal(hidden, columns[None] | rows[:, None])
        for line in (columns, rows):
            assert (line.int().diff().abs()).sum() <= 2  # in one piece
        widths.append((int(columns.sum()), int(rows.sum())))
    widest = np.max(widths, 0)
    assert 40 < widest[0] <= 50 and 7 < widest[1] <= 10
    torch.testing.assert_close(mask(clip)[mask(clip) != clip].unique().mean(), clip.mean(), rtol=0, atol=1)
    full = Mask(times=1, frequencies=0, share=1.0, seconds=10.0)
    found = full(clip)
    assert (found[found != clip] == clip.mean()).all()


def test_a_waveform_loses_stretches_of_time():
    wave = torch.randn(16_000)
    hidden = [(Mask(times=1, share=0.5, seed=seed)(wave) != wave).sum() for seed in range(20)]
    assert 4000 < max(hidden) <= 8000


def test_masks_are_the_seeds_own_and_only_for_training(tones):
    problem, model = tones
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    found = [[Mask(seed=seed)(torch.ones(80, 50).cumsum(1)) for _ in range(1)][0] for seed in (0, 0, 1)]
    assert torch.equal(found[0], found[1]) and not torch.equal(found[0], found[2])
    assert torch.equal(torch.rand(1), expected)
    masked = model.select([0])
    masked.mask = Mask()
    assert torch.equal(masked.predict(problem.X), model.predict(problem.X)) and masked.mask.drawn == 0
    assert not torch.equal(masked(problem.X), model(problem.X)) and masked.mask.drawn == len(problem.X)
    ends = [list(train_sequence(LwF(), problem, masked, **CHOICES))[-1].model for _ in range(2)]
    assert all(torch.equal(p, q) for p, q in zip(*(m.parameters() for m in ends)))
    assert ends[0].mask.drawn == masked.mask.drawn + 4 * 4  # the teacher sees whole clips
    saving = masked.select([0])
    saving.save_memory = True
    torch.testing.assert_close(saving(problem.X), masked(problem.X))


def test_what_a_mask_cannot_take_is_named():
    with pytest.raises(SequifiError, match="takes waveforms, or mel frames of 80 bins, and met \\(12, 32\\)"):
        Mask()(torch.zeros(12, 32))
    with pytest.raises(SequifiError, match="a share of 0 to 1"):
        Mask(share=1.5)


# States on disk


def test_states_on_disk_are_the_states_in_memory(tones, tmp_path):
    problem, model = tones
    model = model.select([0]).train_only(1)
    plain, X = keep_states(model, problem.X)
    top, Z = keep_states_on_disk(model, problem.X, tmp_path)
    schedule = few(problem, "corpus0", 4, [0])
    for m, x in ((plain, X), (top, Z)):
        train(m, x, problem.y, schedule, lr=1e-3, optimiser=Steps, evaluator=Evaluator())
    assert all(torch.equal(p, q) for p, q in zip(plain.parameters(), top.parameters()))
    (folder,) = tmp_path.iterdir()
    files = list(folder.iterdir())
    assert len(files) == len(set(schedule.rows.ravel())) + (
        0 not in schedule.rows
    )  # the watch looks at the first clip
    assert all(np.load(file, mmap_mode="r").dtype == np.float16 for file in files)

    def never(*_):
        raise AssertionError("computed again")

    model.frames_behind = never
    _, again = keep_states_on_disk(model, problem.X, tmp_path)
    rows = schedule.rows[0, 0]
    assert all(torch.equal(a, b) for a, b in zip(again[rows].tensors(), X[rows].tensors()))
    again.store[int(rows[0])].zero_()  # a copy: the file keeps what it has
    assert np.abs(np.load(again.store.folder / files[0].name)).max() > 0


def test_another_encoder_has_another_folder_and_other_heads_the_same(tones, tmp_path):
    problem, model = tones
    model = model.select([0]).train_only(1)
    key = keep_states_on_disk(model, problem.X, tmp_path)[1].store.folder
    other = model.select([0])
    with torch.no_grad():
        for p in other.parameters():
            p.add_(1)  # the last block, and the head
    assert keep_states_on_disk(other, problem.X, tmp_path)[1].store.folder == key
    other = tones[1].select([0]).train_only(1)
    with torch.no_grad():
        other.network.encoder.conv1.bias.add_(1)
    assert keep_states_on_disk(other, problem.X, tmp_path)[1].store.folder != key
    assert keep_states_on_disk(tones[1].select([0]).train_only(2), problem.X, tmp_path)[1].store.folder != key
    model.precision = torch.bfloat16
    assert keep_states_on_disk(model, problem.X, tmp_path)[1].store.folder != key


def test_damaged_states_are_named_and_nothing_is_kept_where_all_is_trained(tones, tmp_path):
    problem, model = tones
    assert keep_states_on_disk(model.select([0]).train_only("all"), problem.X, tmp_path)[1] is problem.X
    frozen = model.select([0]).train_only(1)
    _, X = keep_states_on_disk(frozen, problem.X, tmp_path)
    X[:1].tensors()
    (file,) = X.store.folder.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SequifiError, match=f"{file.name} is damaged; delete it, and it is computed anew"):
        keep_states_on_disk(frozen, problem.X, tmp_path)[1][:1].tensors()
    (tmp_path / "file").write_text("")
    with pytest.raises(SequifiError, match="States cannot be kept in"):
        DiskStates(problem.X.store, frozen, 2, tmp_path / "file")


@pytest.mark.parametrize("seed", range(12))
def test_states_that_were_changed_are_never_used(tones, tmp_path, seed):
    problem, model = tones
    frozen = model.select([0]).train_only(1)
    keep_states_on_disk(frozen, problem.X, tmp_path)[1][:1].tensors()
    (file,) = next(tmp_path.iterdir()).iterdir()
    file.write_bytes(damaged(file.read_bytes(), seed)[1])
    with pytest.raises(SequifiError, match=f"{file.name} is damaged; delete it, and it is computed anew"):
        keep_states_on_disk(frozen, problem.X, tmp_path)[1][:1].tensors()
    file.unlink()
    keep_states_on_disk(frozen, problem.X, tmp_path)[1][:1].tensors()


def test_states_of_two_clips_exchanged_are_named(tones, tmp_path):
    problem, model = tones
    frozen = model.select([0]).train_only(1)
    keep_states_on_disk(frozen, problem.X, tmp_path)[1][:2].tensors()
    one, other = next(tmp_path.iterdir()).iterdir()
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second), other.write_bytes(first)
    with pytest.raises(SequifiError, match="is damaged; delete it"):
        keep_states_on_disk(frozen, problem.X, tmp_path)[1][:1].tensors()


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(tones, tmp_path, monkeypatch):
    problem, model = tones
    frozen = model.select([0]).train_only(1)
    _, X = keep_states_on_disk(frozen, problem.X, tmp_path)
    with (
        full_disk(monkeypatch),
        pytest.raises(PlaceError, match="The disk of .*npy is full; free"),
    ):
        X[:1].tensors()
    assert not list(X.store.folder.iterdir())
    X[:1].tensors()


# Memory


def test_a_step_that_does_not_fit_is_refused_before_it_is_taken(tones, monkeypatch):
    problem, model = tones
    model = model.select([0])
    one, eight = (memory.step_bytes(model, problem.X, batch) for batch in (1, 8))
    own = 12 * sum(p.numel() for p in model.parameters())
    assert (eight - own) == 8 * (one - own) > 0
    assert memory.step_bytes(model.select([0]).train_only("head"), problem.X, 8) < 0.2 * eight
    monkeypatch.setattr(memory, "free_bytes", lambda device: eight)
    assert check_memory(model, problem.X, 8) == eight
    with pytest.raises(
        SequifiError,
        match="A step on 9 clips needs .* GiB are free on cpu; try save_memory = True, smaller batches",
    ):
        check_memory(model, problem.X, 9)
    model.save_memory, model.chunk = True, 1
    assert check_memory(model, problem.X, 10**6) == one
    monkeypatch.setattr(memory, "free_bytes", lambda device: None)
    check_memory(model, problem.X, 10**9)


def test_what_is_free_is_what_the_system_says():
    free = memory.free_bytes(torch.device("cpu"))
    psutil = pytest.importorskip("psutil")
    if free is not None:
        assert 0.5 < free / psutil.virtual_memory().available < 2
    assert memory.free_bytes(torch.device("meta")) is None


# Several processes

SCRIPT = """
import os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
sys.path[:0] = [{tests!r}, {tests!r} + "/finetuning"]
import accelerate, torch
torch.set_num_threads(1)
from safetensors.torch import save_file
from test_finetuning_parts import shared_training
accelerator = accelerate.Accelerator(cpu=True)
assert accelerator.num_processes == 2
model = shared_training({encoder!r}, accelerator)
weights = {{name: value.contiguous() for name, value in model.state_dict().items()}}
save_file(weights, {out!r} + str(accelerator.process_index))
"""


def shared_training(encoder, accelerator=None):
    """Three steps of replay with everything trained, by one process or as one of two."""
    model = load_classifier(encoder, 2, hidden=8)
    problem, _ = tones_problem(model.network.prepare)
    model.scale_by(problem.X[problem.parts["corpus0"].train])
    method, optimiser = ER(1, width=4), partial(Steps, clip=0.5)
    if accelerator is not None:
        method, optimiser = Shared(method, accelerator), several.shared_steps(accelerator, clip=0.5)
    *_, stop = train_sequence(
        method, problem, model, **CHOICES | {"steps": 3, "lr": 1e-4, "optimiser": optimiser}
    )
    return stop.model


def test_two_processes_end_with_the_weights_of_one(whisper, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.format(tests=str(ROOT / "tests"), encoder=str(whisper), out=str(tmp_path / "process"))
    )
    launch = [
        sys.executable,
        "-m",
        "accelerate.commands.launch",
        "--multi_gpu",
        "--num_processes",
        "2",
        "--num_machines",
        "1",
    ]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0", str(script)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(launch, capture_output=True, text=True, env=environment, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    alone = shared_training(whisper)
    begun = load_classifier(whisper, 2, hidden=8)
    for process in "01":
        found = load_file(tmp_path / f"process{process}")
        for name, value in alone.state_dict().items():
            torch.testing.assert_close(
                found[name], value, rtol=0, atol=1e-6, msg=lambda text, name=name: f"{name}: {text}"
            )
    assert max((p - q).abs().max() for p, q in zip(alone.parameters(), begun.parameters())) > 1e-4


def test_shares_of_a_batch_are_the_batch(tones):
    problem = tones[0]
    method = ER(1, width=4)
    method.after_corpus(None, problem, 0, [0])
    whole = method.schedule(few(problem, "corpus1", 3, [0]), problem, 1, [0])
    shares = [several.share(whole, process, 2, method) for process in (0, 1)]
    for part in (0, 1):
        both = np.concatenate([s.batch(1, problem.X, problem.y).part(part).rows for s in shares], axis=1)
        assert sorted(both[0]) == sorted(whole.batch(1, problem.X, problem.y).part(part).rows[0])
    assert shares[0].parts == (2, 2) and several.share(whole, 0, 1, method) is whole


@pytest.mark.parametrize(
    "method, words",
    [
        (AGEM(), "method 'a-gem' needs whole batches"),
        (DER(width=4), "method 'der' needs whole batches"),
        (ER(1, width=3), "A batch of 4 \\+ 3 rows cannot be divided among 2 processes"),
    ],
)
def test_what_cannot_be_shared_is_named(tones, method, words):
    with pytest.raises(SequifiError, match=words):
        list(
            train_sequence(
                Shared(method, SimpleNamespace(process_index=0, num_processes=2)), *tones, **CHOICES
            )
        )


def test_with_one_process_sharing_changes_nothing(tones):
    problem, model = tones
    alone = SimpleNamespace(process_index=0, num_processes=1)
    ours = list(
        train_sequence(
            Shared(Vanilla(), alone), problem, model, **CHOICES | {"optimiser": several.shared_steps(alone)}
        )
    )[-1].model
    theirs = list(train_sequence(Vanilla(), problem, model, **CHOICES))[-1].model
    assert all(torch.equal(p, q) for p, q in zip(ours.parameters(), theirs.parameters()))
