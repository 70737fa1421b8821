"""Adapting from one corpus to another: what is refused, what is trained, and what the report tells."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from adapting_packs import EMOTIONS, pack, written

from sequifi_lite import load_model
from sequifi_lite.data.pack_file import Pack, read_pack
from sequifi_lite.errors import ArgumentError, SequifiError
from sequifi_lite.learning import source_model
from sequifi_lite.studies.adapting import adapt as adapting, candidates, scores
from sequifi_lite.studies.adapting.adapt import adapt
from sequifi_lite.studies.adapting.candidates import CLIPS, NOTHING, STATISTICS, Keep, recommended, trials_of
from sequifi_lite.studies.adapting.inputs import given, name_of, shared_emotions
from sequifi_lite.studies.adapting.leaks import Leak
from sequifi_lite.studies.variants import variant


def made_quick(monkeypatch):
    """Few steps: what is tried is the way from corpora to report, and not how well is learnt."""
    monkeypatch.setattr(candidates, "STEPS", {"strength": (20,), "no strength": (10, 20)})
    monkeypatch.setattr(candidates, "RATES", {"no strength": (3e-3,)})
    monkeypatch.setattr(candidates, "trials", lambda cls: [(v, 3e-3, 20) for v in cls.grid[:3:2] or (None,)])
    monkeypatch.setattr(source_model.train_source_model, "__defaults__", (60, 1e-2, 16))  # steps, lr, hidden
    monkeypatch.setattr(scores, "DRAWS", 200)


@pytest.fixture
def quick(monkeypatch):
    made_quick(monkeypatch)


@pytest.fixture(scope="module", params=["nothing", "statistics", "8"])
def adapted(request, tmp_path_factory):
    folder, told = tmp_path_factory.mktemp("adapted"), []
    a, b = written(folder, pack("one", 0)), written(folder, pack("two", 1, speakers=4, shift=1.0))
    with pytest.MonkeyPatch.context() as monkeypatch:
        made_quick(monkeypatch)
        return adapt(a, b, request.param, folder / "out", told=told.append), told


def test_a_report_a_model_and_numbers_come_of_it(adapted):
    result, told = adapted
    place = result.folder
    assert sorted(path.name for path in place.iterdir()) == [
        "model.safetensors", "report.html", "report.json",
    ]  # fmt: skip
    numbers = json.loads((place / "report.json").read_text(encoding="utf-8"))
    names = [method["name"] for method in numbers["methods"]]
    assert names[:2] == ["zero-shot", "vanilla"] and len(names) == 5
    best = max(numbers["methods"], key=lambda method: method["valid"])
    assert numbers["recommended"] == best["name"] == result.recommended
    assert numbers["folds"] == 4 and any("fold 4 of 4" in line for line in told)
    for method in numbers["methods"]:
        for of in ("source", "target", "both"):
            score = method[of]
            assert 0 <= score["low"] <= score["uar"] <= score["high"] <= 100
        table = np.array(method["confusion"]["two"])
        assert table.sum(1).tolist() == [12] * 4  # every target clip is tested once
        recall = np.diagonal(table) / table.sum(1)
        assert method["target"]["uar"] == pytest.approx(100 * recall.mean())
        assert method["worst"]["recall"] == pytest.approx(100 * recall.min())
    kept = numbers["keep"]
    assert numbers["stored"]["floats"] == 0 or kept in ("statistics", "8 clips")
    assert load_model(place / "model.safetensors").card == numbers["card"]


def test_the_model_answers_for_the_target(adapted):
    result, _ = adapted
    clips = read_pack(result.folder.parent / "two.parquet")
    shares = result.model.probabilities(clips)
    right = shares.argmax(1) == clips.clips["emotion"].map(EMOTIONS.index).to_numpy()
    assert right.mean() > 0.5  # chance is 0.25
    card = result.model.card
    assert card["method"] == result.recommended and card["corpora"] == ["one", "two"]
    assert card["folds"]["two"]["test"] == 0 and card["folds"]["two"]["validation"] > 0


class Page(HTMLParser):
    """Open tags, so that a page that ends with some open is seen; and all text."""

    VOID = {"meta", "br", "img", "link"}

    def __init__(self, text):
        super().__init__()
        self.open, self.said = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        assert not any(name in ("src", "href") for name, _ in attributes), "nothing comes from outside"

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)


def test_the_page_is_whole_and_tells_the_numbers(adapted):
    place = adapted[0].folder
    text = (place / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    said = re.sub(r"\s+", " ", " ".join(page.said))
    assert page.open == [] and "{{" not in text and "{%" not in text
    numbers = json.loads((place / "report.json").read_text(encoding="utf-8"))
    for method in numbers["methods"]:
        assert f"{method['target']['uar']:.1f} [{method['target']['low']:.1f}" in said
    assert all(line in said for line in numbers["thin"])
    assert text.count("<circle") == sum(len(method["frontier"]) for method in numbers["methods"])
    summary = str(adapted[0])
    assert f"* use {numbers['recommended']}" in summary and "…" not in summary


def test_what_is_thin_is_told(tmp_path, quick):
    a, b = written(tmp_path, pack("one", 0)), written(tmp_path, pack("two", 1, speakers=3, per=2))
    lines = adapt(a, b, out=tmp_path / "out").numbers["thin"]
    assert any("two has 3 speakers" in line for line in lines)
    assert any("two has few test clips of anger (6), happiness (6)" in line for line in lines)
    assert any("few clips are learnt" in line for line in lines)
    assert any("validation clips chose" in line for line in lines)


def test_a_name_that_would_be_markup_is_shown_as_it_is(tmp_path, quick, monkeypatch):
    a, b = written(tmp_path, pack("one", 0)), written(tmp_path, pack("two", 1))
    scan = "<script>alert(1)</script>"
    real = adapting._corpora
    monkeypatch.setattr(adapting, "_corpora", lambda *args, **named: (real(*args, **named)[0], scan))
    adapt(a, b, out=tmp_path / "out")
    assert "<script>" not in (tmp_path / "out/report.html").read_text(encoding="utf-8")


# ---------------------------------------------------------------- what is refused


def test_other_wrong_calls_are_told(tmp_path):
    a, b = written(tmp_path, pack("one", 0)), written(tmp_path, pack("two", 1))
    for args, sentence in (
        ((a, b, "some"), "'nothing', 'statistics' or a number of clips, and 'some'"),
        ((a, b, 3), "3 clips are fewer than 4, one for each emotion"),
        ((a, b, 61), "61 clips are more than the 60 that the source has of these emotions; keep fewer"),
        ((a, a), "both called one"),
        ((a, tmp_path / "nowhere"), "There is nothing at .*nowhere; as TARGET give"),
        (("nobody", b), "There is nothing at nobody; as SOURCE give"),
        ((a, ""), "TARGET is empty; give a folder of sound"),
    ):
        with pytest.raises(SequifiError, match=sentence):
            adapt(*args, out=tmp_path / "out")
    with pytest.raises(SequifiError, match="^--pattern is for a folder of sound"):
        adapt(a, b, out=tmp_path / "out", pattern="x")
    with pytest.raises(SequifiError, match="joy' is no emotion"):
        adapt(a, b, out=tmp_path / "out", emotions=["joy"])
    for named, words in (([], "none is named"), (["anger"], "anger is named"), (["anger"] * 2, "anger is")):
        with pytest.raises(SequifiError, match=f"{words}.*it takes two to tell apart; name others"):
            adapt(a, b, out=tmp_path / "out", emotions=named)
    with pytest.raises(SequifiError, match="fear is not in both"):
        adapt(a, b, out=tmp_path / "out", emotions=["fear", "anger"])
    (tmp_path / "file").write_text("")
    with pytest.raises(SequifiError, match="with --out"):
        adapt(a, b, out=tmp_path / "file")
    other = pack("three", 2)
    other.provenance["layer"] = 2
    with pytest.raises(SequifiError, match="embed both with the same"):
        adapt(a, written(tmp_path, other), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- the pieces


def test_emotions_are_those_that_both_have():
    calm = pack("two", 1, emotions=("anger", "happiness", "sadness", "calm"))
    assert shared_emotions(pack("one", 0), calm, None) == (("anger", "happiness", "sadness"), ["calm"])
    assert shared_emotions(pack("one", 0), calm, ["sadness", "anger"])[0] == ("anger", "sadness")
    with pytest.raises(SequifiError, match="share none of"):
        shared_emotions(pack("one", 0), pack("two", 1, emotions=("calm", "fear")), None)


@pytest.mark.parametrize(
    "folder, name",
    [
        ("My Corpus", "my-corpus"),
        ("2024", "corpus-2024"),
        ("emodb", "my-emodb"),
        ("Émo_IT", "emo_it"),
        ("北", "corpus"),
    ],
)
def test_a_folder_gives_a_corpus_its_name(tmp_path, folder, name):
    assert name_of(tmp_path / folder) == name


def test_a_corpus_is_found_by_name_file_or_folder(tmp_path):
    assert given("SOURCE", "emodb").provenance["corpus"] == "emodb"
    assert given("SOURCE", written(tmp_path, pack("one", 0))).provenance["corpus"] == "one"
    assert given("SOURCE", tmp_path) == tmp_path


@pytest.mark.parametrize("keep", ["nothing", "statistics", "40"])
def test_what_is_recommended_is_allowed_and_what_the_study_found_best(keep):
    from sequifi_lite import load_results

    kept = Keep.read(keep)
    table = load_results("pairs", "means")[0].set_index("variant")["both"]
    names = [name for name, *_ in recommended(kept)]
    assert len(names) == 3 and set(names) <= set(kept.allowed)
    assert min(table[names]) >= max(table.reindex(sorted(set(kept.allowed) - set(names))).dropna())


def test_each_method_has_twelve_trials_and_its_needs_are_named_once():
    every = [*NOTHING, *STATISTICS, *CLIPS]
    assert len(set(every)) == len(every)
    for name in [*every, "vanilla"]:
        assert len(trials_of(name)) == 12, name
        assert issubclass(variant(name).method, object)


@pytest.mark.parametrize(
    "text, kept",
    [("nothing", "nothing"), (" Statistics", "statistics"), (0, "nothing"), ("12", "12 clips")],
)
def test_what_may_be_kept_is_read(text, kept):
    assert Keep.read(text).words == kept
    with pytest.raises(ArgumentError):
        Keep.read("-3")


# ---------------------------------------------------------------- folders of sound


def sounds(folder, speakers=3, named=True):
    """Noise of other colours for other emotions, in folders speaker/emotion or emotion alone."""
    import soundfile

    rng = np.random.default_rng(0)
    for s in range(speakers):
        for k, emotion in enumerate(EMOTIONS):
            for c in range(2):
                place = folder / f"p{s}" / emotion if named else folder / emotion
                place.mkdir(parents=True, exist_ok=True)
                wave = np.convolve(rng.normal(0, 0.1, 8_000), np.ones(1 + 2 * k) / (1 + 2 * k), "same")
                soundfile.write(place / f"{s}{k}{c}.wav", wave, 16_000)
    return folder


def test_a_folder_is_embedded_once_as_the_source_was(tmp_path, monkeypatch, quick):
    from tiny_encoders import write_whisper

    from sequifi_lite.data import embed
    from sequifi_lite.data.encoders.like import sum_of_weights
    from sequifi_lite.data.encoders.load import load_encoder

    encoder = str(write_whisper(tmp_path / "encoder"))
    one = pack("one", 0)
    loaded = load_encoder(encoder, 1, "mean+std")
    told = {"encoder": "a/name", "pooling": "mean+std", "weights_sha256": sum_of_weights(loaded.network)}
    source = written(tmp_path, Pack(one.clips, one.embeddings, one.provenance | told))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder, calls, real = sounds(tmp_path / "My Voices"), [], embed.embed_corpus
    monkeypatch.setattr(embed, "embed_corpus", lambda *a, **k: (calls.append(1), real(*a, **k)))
    for _ in range(2):
        result = adapt(source, folder, out=tmp_path / "out", folders="speaker/emotion", encoder=encoder)
    assert calls == [1] and result.numbers["target"]["name"] == "my-voices"
    assert result.numbers["target"]["groups"] == 3 and "usable 24 clips" in result.numbers["scan"]


def test_names_that_are_no_people_are_refused_before_a_folder_is_embedded(tmp_path, monkeypatch):
    import shutil

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = sounds(tmp_path / "voices")
    shutil.copy(folder / "p0/anger/000.wav", folder / "p1/anger/again.wav")
    one = written(tmp_path, pack("one", 0))
    with pytest.raises(Leak, match="speakers p0 and p1 share 1 recording.*take out what is there twice"):
        adapt(one, folder, out=tmp_path / "out", folders="speaker/emotion")
    assert not (tmp_path / "cache").exists() and not (tmp_path / "out").exists()


def test_a_folder_without_speakers_is_refused_before_it_is_embedded(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = sounds(tmp_path / "voices", named=False)
    with pytest.raises(SequifiError, match="cannot be divided into honest folds: no speaker is named"):
        adapt(written(tmp_path, pack("one", 0)), folder, out=tmp_path / "out")
    assert not (tmp_path / "cache").exists() and not (tmp_path / "out").exists()
    with pytest.raises(SequifiError, match="say where the labels are"):
        adapt(written(tmp_path, pack("one", 0)), tmp_path / "voices" / "anger", out=tmp_path / "out")
