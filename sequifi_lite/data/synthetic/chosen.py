"""Which published files the twin of each corpus holds."""

from __future__ import annotations

from pathlib import PurePosixPath

from ..corpora.published import describe, published

# One in each of the five parts of `splits`, so that no fold is empty.
_SPEAKERS = {
    "cremad": ("1001", "1006", "1063", "1086", "1043"),
    "ravdess": ("01", "07", "14", "12", "20"),
    "emodb": ("03", "08", "11", "16", "13"),
    "shemo": ("F01", "M25", "F07", "M03", "F21"),
    "nemo": ("EB0", "SM0", "KD0", "MP0", "TP0"),
}

_WORDS = ("hola", "no", "hoy", "ayer", "lento")  # of MESD's list A; one in each part

# Clips of each emotion a speaker, the frequent ones more often; the shortest that were published are taken.
_TIMES = {
    "emodb": {"anger": 3, "neutral": 2, "happiness": 2, "sadness": 2, "boredom": 1},
    "shemo": {"neutral": 3, "anger": 3, "sadness": 2, "happiness": 1, "surprise": 1},
    "nemo": {"neutral": 2, "sadness": 2, "anger": 2, "happiness": 2, "fear": 1, "surprise": 1},
}

_SENTENCES = {"emodb": ("a01", "a02", "a04", "a07", "b10")}
_SHORTEST = {"emodb": 1.2, "shemo": 0.9, "nemo": 0.9}  # seconds
NARROW = "M27"  # this speaker of ShEMO was put out at 22.05 kHz


def chosen(name: str) -> list[str]:
    """List the official paths of the files that a corpus's twin holds, sorted; all of them published."""
    if name == "cremad":
        stems = _cremad()
    elif name == "ravdess":
        stems = _ravdess()
    elif name == "mesd":
        stems = _mesd()
    else:
        stems = _shortest(name)
    return sorted(_described(name, stem)["file"] for stem in stems)


def _described(name: str, stem: str) -> dict:
    """Read off what the name of an official file tells; one that tells nothing would be no official name."""
    fields = describe(name, stem)
    assert fields is not None
    return fields


def _cremad() -> list[str]:
    levels = {"IEO": ("HI", "MD", "LO"), "DFA": ("XX",)}
    stems = ["1006_TIE_HAP_XX", "1006_TIE_NEU_XX", "1076_MTI_SAD_XX"]
    for number, actor in enumerate(_SPEAKERS["cremad"]):
        for emotion in ("ANG", "HAP", "NEU", "SAD"):
            for sentence, choice in levels.items():
                level = "XX" if emotion == "NEU" else choice[number % len(choice)]
                stems.append(f"{actor}_{sentence}_{emotion}_{level}")
        stems.append(f"{actor}_DFA_{('DIS', 'FEA')[number % 2]}_XX")
    return stems


def _ravdess() -> list[str]:
    lengths = {file: seconds for file, seconds in published("ravdess").items() if seconds}
    stems = []
    for actor in _SPEAKERS["ravdess"]:
        # Neutral, happy, sad, angry: the shorter reading of the first statement.
        for code in ("01", "03", "04", "05"):
            readings = [f"03-01-{code}-01-01-{take}-{actor}" for take in ("01", "02")]
            stems.append(min(readings, key=lambda stem: lengths[_described("ravdess", stem)["file"]]))
    stems += ["03-01-05-02-01-01-14", "03-01-04-02-01-01-12"]  # strong
    stems += ["03-01-03-01-02-01-07", "03-01-03-01-02-02-07"]  # published twice
    return stems + ["03-01-02-01-01-02-01", "03-01-03-01-02-01-20"]  # published in stereo


def _mesd() -> list[str]:
    labels = ("Anger", "Happiness", "Neutral", "Sadness")
    stems = [f"{label}_{kind}_A_{word}" for label in labels for kind in "FMC" for word in _WORDS]
    stems += [f"{label}_{kind}_A_no" for label in ("Disgust", "Fear") for kind in "FMC"]
    stems += ["Happiness_C_A_dentro", "Happiness_C_A_lento_dentro", "Sadness_M_A_afuera"]
    known = {PurePosixPath(file).stem for file, seconds in published("mesd").items() if seconds}
    return [stem for stem in stems if stem in known]  # the download lacks a word here and there


def _shortest(name: str) -> list[str]:
    cells: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for file, seconds in published(name).items():
        stem = PurePosixPath(file).stem
        fields = _described(name, stem)
        wanted = fields["sentence"] in _SENTENCES.get(name, (fields["sentence"],))
        if wanted and seconds and seconds >= _SHORTEST[name]:
            cells.setdefault((fields["speaker"], fields["emotion"]), []).append((seconds, stem))
    stems = []
    for speaker in _SPEAKERS[name]:
        for emotion, times in _TIMES[name].items():
            stems += [stem for _, stem in sorted(cells.get((speaker, emotion), []))[:times]]
    if name == "shemo":
        stems += [stem for _, stem in sorted(cells[NARROW, "neutral"])[:2]]
    if name == "emodb":
        stems += [
            min(cells[speaker, "disgust"])[1] for speaker in _SPEAKERS[name] if (speaker, "disgust") in cells
        ]
    return stems
