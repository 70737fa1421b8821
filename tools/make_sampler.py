"""Write the sampler: sequifi_lite/data/sampler/*.flac, clips.csv and neighbours.csv; and results/listening.

    python tools/make_sampler.py cremad=FOLDER mesd=FOLDER votes=FILE encoder=FOLDER

FOLDER of a corpus holds its published files; FILE is processedResults/tabulatedVotes.csv of CREMA-D's home,
what some thousands of listeners called each clip; the encoder is Whisper base. Which clips are taken follows
from the clip tables, the folds and one seed alone; nobody has listened and chosen.

- quiz: twelve short clips of CREMA-D, two of each emotion, by other speakers of fold 0's test part.
- moods: a woman and a man of the same part with two sentences in four moods each; and one word of MESD's test
  part by a woman's and a man's voice in four moods. Of all such choices that with the shortest clips.
- twice: one recording that CREMA-D published under two labels.

FLAC loses nothing: what it decodes to are the samples of the published file (MESD: resampled to 16 kHz).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sequifi_lite import __version__
from sequifi_lite.data.audio import RATE, read_audio
from sequifi_lite.data.corpora import cremad, mesd
from sequifi_lite.data.emotions import FOUR, SIX
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.pack import load_pack
from sequifi_lite.data.sampler import FOLDER
from sequifi_lite.data.splits import parts, split
from sequifi_lite.evaluation.probe import linear_probe
from sequifi_lite.evaluation.statistics import bootstrap_uar, by_group, interval
from sequifi_lite.studies.digests import seal

LISTENING = Path(__file__).resolve().parent.parent / "results" / "listening"
CORPORA = {"cremad": cremad, "mesd": mesd}
SEED, LONGEST = 0, 1.85  # of the draw; seconds of a quiz clip
TWICE = "1006_TIE_HAP_XX"
LETTERS = dict(zip("ADFHNS", ("anger", "disgust", "fear", "happiness", "neutral", "sadness")))
#: As the corpora's own pages write them.
WORDS = {
    "IEO": "It's eleven o'clock",
    "TIE": "That is exactly what happened",
    "IOM": "I'm on my way to the meeting",
    "IWW": "I wonder what this is about",
    "TAI": "The airplane is almost full",
    "MTI": "Maybe tomorrow it will be cold",
    "IWL": "I would like a new alarm clock",
    "ITH": "I think I have a doctor's appointment",
    "DFA": "Don't forget a jacket",
    "ITS": "I think I've seen this before",
    "TSI": "The surface is slick",
    "WSI": "We'll stop in a couple of minutes",
}


def tested(name: str) -> pd.DataFrame:
    """Give the clips of fold 0's test part without a known defect."""
    clips = load_pack(name).clips
    clips = clips.iloc[split(clips, 0, None).test]
    return clips[clips["defect"] == ""]


def shortest(clips: pd.DataFrame, keys: list[str], same: list[str]) -> pd.DataFrame:
    """Choose for a woman and a man what is shortest in all: `same` names a voice, `keys` its words."""
    four = clips[clips["emotion"].isin(FOUR)].drop_duplicates([*same, *keys, "emotion"])
    sums = four.groupby([*same, *keys])["duration"].agg(["count", "sum"])
    sums = sums[sums["count"] == 4]["sum"]
    best: tuple[float, pd.DataFrame] | None = None
    people = {sex: sorted(set(map(tuple, rows[same].to_numpy()))) for sex, rows in four.groupby("gender")}
    for pair in product(people["female"], people["male"]):
        shared = [set(sums.loc[one].index) for one in pair]
        totals = sorted((sum(sums.loc[one][s] for one in pair), s) for s in shared[0] & shared[1])
        number = 2 if same == ["speaker"] else 1
        if len(totals) < number:
            continue
        total, names = sum(t for t, _ in totals[:number]), [s for _, s in totals[:number]]
        mask = four[same].apply(tuple, axis=1).isin(pair) & four[keys[0]].isin(names)
        if best is None or total < best[0]:
            best = total, four[mask]
    assert best is not None
    return best[1]


def quiz(clips: pd.DataFrame, taken: set[str]) -> pd.DataFrame:
    """Draw two short clips of each emotion, each by a new speaker if one is left; nobody of `taken`."""
    generator = np.random.default_rng(SEED)
    short = clips[(clips["duration"] <= LONGEST) & ~clips["speaker"].isin(taken)]
    chosen: list[int] = []
    rare = short.groupby("emotion")["speaker"].nunique().sort_values(kind="stable").index
    for emotion in rare:  # the rarest first, or no speaker is left for it
        for _ in range(2):
            free = short[(short["emotion"] == emotion) & ~short.index.isin(chosen)]
            new = free[~free["speaker"].isin(short.loc[chosen, "speaker"])]
            chosen.append(int(generator.choice((new if len(new) else free).index)))
    return short.loc[[chosen[k] for k in generator.permutation(len(chosen))]]


def choose() -> pd.DataFrame:
    """Put the three kinds of clips together, in the order of the table."""
    english, spanish = tested("cremad"), tested("mesd")
    grid = shortest(english, ["sentence"], ["speaker"])
    words = shortest(spanish, ["sentence"], ["gender"])
    blind = quiz(english, set(grid["speaker"]))
    everything = load_pack("cremad").clips
    twice = everything[everything["file"].str.contains(TWICE)]
    kinds = {"quiz": blind, "moods": pd.concat([grid, words]), "twice": twice}
    return pd.concat([rows.assign(use=use) for use, rows in kinds.items()], ignore_index=True)


def votes_of(path: Path) -> pd.DataFrame:
    """Read the votes: one row per clip and way of watching (voice, face, both), one column per emotion."""
    table = pd.read_csv(path, index_col=0)
    table["way"] = (table.index // 100_000).map({1: "voice", 2: "face", 3: "both"})
    return table.rename(columns=LETTERS)[["fileName", "way", *SIX]].astype({word: int for word in SIX})


def write_clips(chosen: pd.DataFrame, folders: dict[str, Path], votes: pd.DataFrame) -> list[np.ndarray]:
    """Write the sounds and their table; return the waves."""
    for old in FOLDER.glob("*.flac"):
        old.unlink()
    voice = votes[votes["way"] == "voice"].set_index("fileName")
    rows, waves, counts = [], [], {"quiz": 0}
    for _, clip in chosen.iterrows():
        source, stem = folders[clip["corpus"]] / clip["file"], Path(clip["file"]).stem
        content = source.read_bytes()
        if hashlib.sha256(content).hexdigest() != clip["sha256"]:
            sys.exit(f"error: {source} is not the published file; get it from the corpus's home.")
        wave = read_audio(source)
        whole = np.rint(np.clip(wave * 32768, -32768, 32767)).astype(np.int16)
        name = f"{clip['corpus']}_{stem}"
        if clip["use"] == "quiz":  # a blind clip's name must not tell
            counts["quiz"] += 1
            name = f"quiz_{counts['quiz']:02}"
        path = FOLDER / f"{name}.flac"
        soundfile.write(path, whole, RATE, format="FLAC", subtype="PCM_16", compression_level=1.0)
        facts = CORPORA[clip["corpus"]]
        heard = voice.loc[stem] if stem in voice.index else pd.Series(pd.NA, index=SIX)
        rows.append(
            {
                "clip": name,
                **clip[["use", "corpus", "file", "speaker", "gender", "emotion", "sentence"]],
                "words": WORDS.get(clip["sentence"], clip["sentence"]),
                "seconds": round(len(whole) / RATE, 2),
                "changed": "FLAC" if clip["sample_rate"] == RATE else "resampled to 16 kHz; FLAC, 16 bit",
                "licence": facts.LICENCE,
                "home": facts.HOME,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "source_sha256": clip["sha256"],
                **{f"heard_{word}": heard[word] for word in SIX},
            }
        )
        waves.append(whole / 32768)
    pd.DataFrame(rows).to_csv(FOLDER / "clips.csv", index=False, lineterminator="\n")
    return waves


def write_neighbours(names: list[str], waves: list[np.ndarray], encoder: str) -> None:
    """Write which clips are most alike at each depth of the encoder."""
    model, rows = load_encoder(encoder, layer=6), []
    pooled = model.embed_by_depth([np.asarray(wave, dtype=np.float32) for wave in waves]).astype(float)
    for depth, X in enumerate(pooled.transpose(1, 0, 2)):
        Z = (X - X.mean(0)) / X.std(0)
        Z /= np.linalg.norm(Z, axis=1, keepdims=True)
        alike = Z @ Z.T
        np.fill_diagonal(alike, -np.inf)
        for k, order in enumerate(np.argsort(-alike, axis=1, kind="stable")[:, :3]):
            rows += [(names[k], depth, rank, names[j]) for rank, j in enumerate(order, 1)]
    table = pd.DataFrame(rows, columns=["clip", "depth", "rank", "neighbour"])
    table.to_csv(FOLDER / "neighbours.csv", index=False, lineterminator="\n")


def listening(votes: pd.DataFrame, blind: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score listeners and a linear probe on the same clips, six emotions, speakers drawn for the interval.

    A listener's score is that of single answers: a clip's votes are as many predictions of it. The second
    table has the probe's answer to each of the files `blind`, from the fold that has not heard the speaker.
    """
    pack = load_pack("cremad")
    use = (pack.clips["defect"] == "").to_numpy()
    clips, X = pack.clips[use].reset_index(drop=True), pack.embeddings[use].astype(np.float32)
    truth = clips["emotion"].map({word: k for k, word in enumerate(SIX)}).to_numpy()
    people, stems = clips["speaker"].to_numpy(), clips["file"].map(lambda file: Path(file).stem)
    answers: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for way, rows in votes.groupby("way", sort=False):
        counts = rows.set_index("fileName")[list(SIX)].reindex(stems).fillna(0).to_numpy().astype(int)
        clip, word = (axis.ravel() for axis in np.indices(counts.shape))
        answers[f"listener by {way}"] = (clip.repeat(counts.ravel()), word.repeat(counts.ravel()))
    fold, guess = clips["speaker"].map(parts("cremad")).to_numpy(), np.empty(len(clips), dtype=int)
    for k in range(5):
        guess[fold == k] = linear_probe().fit(X[fold != k], truth[fold != k]).predict(X[fold == k])
    answers["linear probe"] = np.arange(len(clips)), guess
    rows = []
    for who, (clip, word) in answers.items():
        confusions = by_group(truth[clip], word, people[clip], len(SIX))
        values = 100 * bootstrap_uar([confusions])
        recalls = 100 * np.array([(word[truth[clip] == k] == k).mean() for k in range(len(SIX))])
        low, high = interval(values)
        scores = {"uar": float(values[0]), "low": low, "high": high, **dict(zip(SIX, recalls))}
        row = {"who": who, "clips": len(np.unique(clip)), "answers": len(clip)}
        rows.append(row | {key: round(float(value), 2) for key, value in scores.items()})
    said = pd.Series(np.array(SIX)[guess], index=clips["file"]).loc[blind]
    return pd.DataFrame(rows), said.rename("probe").rename_axis("file").reset_index()


def main(arguments: list[str]) -> None:
    given = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    if missing := [name for name in ("cremad", "mesd", "votes", "encoder") if name not in given]:
        sys.exit(f"error: {', '.join(missing)} not given; see --help.")
    torch.set_num_threads(1)
    votes, chosen = votes_of(Path(given["votes"])), choose()
    waves = write_clips(chosen, {name: Path(given[name]) for name in CORPORA}, votes)
    write_neighbours(list(pd.read_csv(FOLDER / "clips.csv")["clip"]), waves, given["encoder"])
    LISTENING.mkdir(parents=True, exist_ok=True)
    blind = chosen.loc[chosen["use"] == "quiz", "file"]
    for name, table in zip(("table", "quiz"), listening(votes, blind)):
        table.to_csv(LISTENING / f"{name}.csv", index=False, lineterminator="\n")
    provenance = {
        "study": "listening",
        "command": "python tools/make_sampler.py cremad=FOLDER mesd=FOLDER votes=FILE encoder=FOLDER",
        "sequifi_lite": __version__,
        "python": platform.python_version(),
        "versions": {"numpy": np.__version__, "torch": torch.__version__.partition("+")[0]},
        "votes": f"{cremad.HOME}, processedResults/tabulatedVotes.csv",
        "votes_sha256": hashlib.sha256(Path(given["votes"]).read_bytes()).hexdigest(),
    }
    text = json.dumps(provenance, indent=1) + "\n"
    (LISTENING / "provenance.json").write_text(text, encoding="utf-8")
    seal(LISTENING)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.flac"))
    print(f"{len(waves)} clips, {size:,} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", metavar="NAME=PLACE")
    main(parser.parse_args().sources)
