"""The words of a reader's labels: what they mean in ours, and cells that say nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import PurePosixPath
from typing import NamedTuple

from ....errors import CorpusError
from ...emotions import EMOTIONS
from ...findings import some

# Words that mean one thing in whatever language they are found. Left out on purpose: single letters and codes
# (A is anger in one corpus and fear, Angst, in another), "disgusto" (disgust in Italian, annoyance in
# Spanish), "normal", "excited", "contempt".
_WORDS = {
    "anger": (
        "anger angry furious wut wutend zorn zornig arger argerlich enojo enfado ira rabia colere rabbia"
        " raiva zlosc gniew boos woede gnev zlost ofke kizgin гнев злость 愤怒 生气 怒り خشم عصبانیت"
    ),
    "happiness": (
        "happiness happy joy joyful freude freudig frohlich glucklich alegria alegre felicidad felicidade"
        " feliz joie heureux gioia felicita felice radosc szczescie blij radost mutlu mutluluk радость 高兴"
        " 快乐 开心 喜び شادی خوشحالی"
    ),
    "neutral": "neutral neutrality neutre neutro neutrale neutralny neutraal нейтрально 中性 خنثی",
    "sadness": (
        "sadness sad trauer traurig traurigkeit tristeza triste tristesse tristezza smutek smutny verdriet"
        " verdrietig uzgun uzuntu грусть печаль 悲伤 难过 悲しみ غم ناراحتی"
    ),
    "disgust": (
        "disgust disgusted ekel asco degout schifo nojo wstret obrzydzenie walging отвращение 厌恶 嫌悪"
        " انزجار"
    ),
    "fear": (
        "fear fearful afraid scared angst furcht angstlich miedo peur paura medo strach korku страх 恐惧 害怕"
        " 恐れ ترس"
    ),
    "surprise": (
        "surprise surprised uberraschung uberrascht sorpresa surpresa zaskoczenie zdziwienie verrassing"
        " удивление 惊讶 驚き تعجب pleasant_surprise pleasant_surprised pleasantly_surprised"
    ),
    "boredom": (
        "boredom bored langeweile gelangweilt aburrimiento ennui noia tedio znudzenie verveling скука 无聊"
    ),
    "calm": "calm calmness ruhig gelassen calma spokoj",
}

_GENDERS = {
    "female": "female f w woman frau weiblich",
    "male": "male m man mann mannlich",
    "child": "child kind c",
}

_EMPTY = {"", "-", "na", "n/a", "nan", "none", "null"}


def plain(word: str) -> str:
    """Write a word in small letters without accents, its parts joined by _."""
    letters = unicodedata.normalize(
        "NFKD", word.casefold().replace("ł", "l").replace("ø", "o").replace("ı", "i")
    )
    return re.sub(r"[\s_-]+", "_", "".join(c for c in letters if not unicodedata.combining(c)).strip())


GUESSES = {plain(word): emotion for emotion, words in _WORDS.items() for word in words.split()}


def checked_words(words: dict[str, str | None]) -> dict[str, str | None]:
    """Refuse a meaning that is no emotion of ours; an empty one means that a word is left out."""
    out = {}
    for word, emotion in words.items():
        if emotion not in (None, "", *EMOTIONS):
            raise CorpusError(
                f"{word}={emotion}: {emotion!r} is no emotion of ours; choose one of {', '.join(EMOTIONS)}."
            )
        out[str(word)] = emotion or None
    return out


class Meanings(NamedTuple):
    """Label words that occur.

    Attributes
    ----------
    known : dict of str to str or None
        Word -> our word; None for one that was said to be left out.
    guessed : frozenset of str
        Those that nobody said.
    unknown : dict of str to int
        Words that nobody explained, and how many files bear them.
    """

    known: dict[str, str | None]
    guessed: frozenset[str]
    unknown: dict[str, int]


def meanings(described: dict[PurePosixPath, dict], words: dict[str, str | None]) -> Meanings:
    """Find our word for every label word: what a reader said, else what is obvious."""
    said = {plain(word): emotion for word, emotion in words.items()}
    known, guessed, unknown = {}, set(), {}
    counts = Counter(fields["emotion"] for fields in described.values() if fields.get("emotion") is not None)
    for word, n in sorted(counts.items()):
        if word in words:
            known[word] = words[word]
        elif plain(word) in said:
            known[word] = said[plain(word)]
        elif plain(word) in GUESSES:
            known[word] = GUESSES[plain(word)]
            if word not in EMOTIONS:
                guessed.add(word)
        else:
            unknown[word] = n
    return Meanings(known, frozenset(guessed), unknown)


def cell(value: str | None) -> str | None:
    """Read what a cell, a group or the name of a folder says; None for nothing."""
    value = nfc(value.strip()) if value is not None else ""
    return None if value.casefold() in _EMPTY else value


def nfc(text: str) -> str:
    """Make one letter of a letter and its accent, which macOS writes as two."""
    return unicodedata.normalize("NFC", text)


def genders_of(rows: list[dict]):
    """Find our word for each word of gender, and note those that are not understood."""
    ours = {word: gender for gender, words in _GENDERS.items() for word in words.split()}
    seen = sorted({row["gender"] for row in rows if row.get("gender")})
    if any(plain(word) in ("h", "hombre", "mujer") for word in seen):
        ours = {"h": "male", "hombre": "male", "m": "female", "mujer": "female"}  # Spanish: here m is a woman
    genders = {word: ours[plain(word)] for word in seen if plain(word) in ours}
    strange = [word for word in seen if word not in genders]
    note = (
        f"the genders {', '.join(some(strange, 10))} are not understood and left empty; write female, male"
        " or child."
    )
    return genders, [note] if strange else []
