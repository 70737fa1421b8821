"""The code of the page on transformers' Trainer, run as it stands there."""

import os
import re
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers
from tiny_encoders import tones

from sequifi_lite.learning.methods.lwf import distillation

PAGE = Path(__file__).parents[2] / "book" / "trainer.md"


@pytest.fixture
def page(tmp_path):
    """What the page's first two blocks define, and what its last expects to be there: clips of any length."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 3
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(16,) * 7,
        num_labels=4,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        vocab_size=8,
        classifier_proj_size=8,
        hidden_dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        feat_proj_dropout=0.0,
        layerdrop=0.0,
        apply_spec_augment=False,
    )
    model = transformers.Wav2Vec2ForSequenceClassification(config)
    waves = [torch.from_numpy(wave[: 2400 + 200 * k]) for k, wave in enumerate(tones(8, 0))]
    assert len({len(wave) for wave in waves}) == 8
    clips = [{"input_values": wave, "labels": torch.tensor(k % 4)} for k, wave in enumerate(waves)]
    settings = transformers.TrainingArguments(
        str(tmp_path),
        max_steps=2,
        per_device_train_batch_size=4,
        learning_rate=1e-3,
        report_to=[],
        use_cpu=True,
        save_strategy="no",
        disable_tqdm=True,
        lr_scheduler_type="constant",
    )
    space = {"model": model, "old": clips[:2], "new": clips, "settings": settings}
    exec(blocks[0], space)
    exec(blocks[1], space)
    return blocks[2], space


def test_the_page_trains(page):
    code, space = page
    before = [p.detach().clone() for p in space["model"].parameters()]
    exec(code, space)
    moved = [(p - q).abs().max() for p, q in zip(space["model"].parameters(), before)]
    assert max(moved) > 1e-4 and space["trainer"].state.global_step == 2
    assert sum(f.sum() for f in space["importance"]) > 0


def test_without_the_pages_batches_clips_of_unequal_length_fail(page):
    code, space = page
    without = code.replace("    data_collator=together,\n", "")
    assert without != code
    with pytest.raises((RuntimeError, ValueError), match="(?i)size|length|stack|tensor"):
        exec(without, space)


def test_its_objective_is_the_sum_of_three_terms(page):
    _, space = page
    model, clips = space["model"], space["new"]
    inputs = space["together"](clips)
    F = [torch.rand_like(p) for p in model.parameters() if p.requires_grad]
    trainer = space["Remembering"](model, space["settings"], lam=0.3, T=3.0, stiffness=2.0, importance=F)
    told, anchor = model(**inputs).logits.detach(), trainer.anchor
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.01 * torch.randn_like(p))
    said = model(**inputs)
    penalty = sum(
        (f * (p - a) ** 2).sum()
        for f, p, a in zip(F, (p for p in model.parameters() if p.requires_grad), anchor)
    )
    kl = 9 * torch.nn.functional.kl_div(
        (said.logits / 3).log_softmax(1), (told / 3).softmax(1), reduction="batchmean"
    )
    torch.testing.assert_close(distillation(said.logits.T[None], told.T[None], 3.0)[0], kl)
    torch.testing.assert_close(trainer.compute_loss(model, inputs), said.loss + 0.3 * kl + penalty)


def test_a_batch_of_clips_of_unequal_length_says_what_each_says_alone(page):
    _, space = page
    clips = space["new"]
    torch.manual_seed(0)
    config = space["model"].config.to_dict() | {"feat_extract_norm": "layer"}  # nothing over time
    model = transformers.Wav2Vec2ForSequenceClassification(transformers.Wav2Vec2Config(**config)).eval()
    batch = space["together"](clips)
    lengths = [len(clip["input_values"]) for clip in clips]
    assert batch["input_values"].shape == (8, max(lengths))
    assert batch["attention_mask"].sum(1).tolist() == lengths
    assert batch["labels"].tolist() == [k % 4 for k in range(8)]
    with torch.no_grad():
        beside = model(**batch).logits
        alone = torch.cat([model(clip["input_values"][None]).logits for clip in clips])
        taken_for_sound = model(batch["input_values"]).logits
    torch.testing.assert_close(beside, alone, rtol=1e-4, atol=1e-5)
    assert (taken_for_sound - alone).abs().max() > 1e-4


def test_its_importances_are_those_of_the_library(page):
    from sequifi_lite.finetuning import importance

    _, space = page
    model, old = space["model"].eval(), space["old"]

    class Answers:
        """The model as the library's importances want it."""

        @staticmethod
        def parameters():
            return (p for name, p in model.named_parameters() if "masked_spec_embed" not in name)

        def __call__(self, x):
            return model(torch.stack(x)).logits[None]

    class Rows(list):
        def __getitem__(self, rows):
            return [list.__getitem__(self, row) for row in rows]

    ours = importance.fisher(Answers(), Rows(clip["input_values"] for clip in old), range(2))
    theirs = space["fisher"](model, [{"input_values": clip["input_values"][None]} for clip in old])
    names = [name for name, p in model.named_parameters()]
    theirs = [f for name, f in zip(names, theirs) if "masked_spec_embed" not in name]
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-9)
