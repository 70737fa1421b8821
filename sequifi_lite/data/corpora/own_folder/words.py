"""The words of a reader's labels: what they mean in ours, and cells that say nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ....errors import CorpusError
from ...emotions import EMOTIONS
from ...findings import some
from ...spelling import normal_form

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

# Blanks and invisible characters around a cell.
BLANK = "".join(chr(c) for c in range(0x3001) if chr(c).isspace() or unicodedata.category(chr(c)) == "Cf")
BLANK += "\0\ufeff"
# What programs write where there is nothing. As a label it is one only if somebody says what it means.
NOTHING = {"-", "--", "na", "n/a", "#n/a", "<na>", "nan", "none", "null", "nil", "nul"}


def plain(word: str) -> str:
    """Write a word in small letters without accents and invisible characters, its parts joined by _."""
    letters = unicodedata.normalize(
        "NFKD", word.casefold().replace("ł", "l").replace("ø", "o").replace("ı", "i")
    )
    letters = "".join(
        c
        for c in letters
        if not unicodedata.combining(c) and unicodedata.category(c) not in ("Cf", "Cc") or c.isspace()
    )
    return re.sub(r"[\s_-]+", "_", letters.strip())


def _key(word: str) -> str:
    """The form in which a word is guessed: without accents, and as `normal_form` makes it."""
    return normal_form(plain(word))


GUESSES = {_key(word): emotion for emotion, words in _WORDS.items() for word in words.split()}


def guess(word: str) -> str | None:
    """Find our word for a label word that means one thing only; None where it is not obvious."""
    return GUESSES.get(_key(word))


def checked_words(words: dict[str, str | None]) -> dict[str, str | None]:
    """Refuse a meaning that is no emotion of ours, and two meanings of one word; an empty one leaves it out.

    Raises
    ------
    CorpusError
        If a word is empty, its meaning is none of ours, or two spellings of it mean two things.
    """
    out: dict[str, str | None] = {}
    forms: dict[str, str] = {}
    for word, emotion in words.items():
        word = str(word)
        if emotion not in (None, "", *EMOTIONS):
            raise CorpusError(
                f"{word}={emotion}: {emotion!r} is no emotion of ours; choose one of {', '.join(EMOTIONS)}."
            )
        if not normal_form(word):
            raise CorpusError(
                f"The meaning {emotion} is given to an empty word; write the label in front of the =, and"
                " fill"
                " in empty labels where they stand."
            )
        first = forms.setdefault(normal_form(word), word)
        if out.setdefault(first, emotion or None) != (emotion or None):
            raise CorpusError(
                f"{first}={out[first] or ''} and {word}={emotion or ''} give one label two meanings; give it"
                " one."
            )
        out[word] = emotion or None
    return out


class Meanings(NamedTuple):
    """Label words that occur, each in one spelling.

    Attributes
    ----------
    known : dict of str to str or None
        Word -> our word; None for one that was said to be left out.
    guessed : frozenset of str
        Those that nobody said.
    unknown : dict of str to int
        Words that nobody explained, and how many rows bear them.
    nothing : frozenset of str
        Words such as ``nan`` that stand for no label, because nobody said otherwise.
    notes : list of str
        Which word was taken for one in another spelling.
    """

    known: dict[str, str | None]
    guessed: frozenset[str]
    unknown: dict[str, int]
    nothing: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def meanings(counts: dict[str, int], words: dict[str, str | None]) -> Meanings:
    """Find our word for every label word: what a reader said, else what is obvious."""
    exact = {normal_form(word): word for word in words}
    loose = {_key(word): word for word in words}  # without accents
    known, guessed, unknown, nothing, notes = {}, set(), {}, set(), []
    for word, n in sorted(counts.items()):
        said = word if word in words else exact.get(normal_form(word), loose.get(_key(word)))
        if said is not None:
            known[word] = words[said]
            if said != word:
                notes.append(f"the label {word} is taken for {said}, to which a meaning was given.")
        elif word.casefold() in NOTHING:
            nothing.add(word)
        elif emotion := guess(word):
            known[word] = emotion
            if word not in EMOTIONS:
                guessed.add(word)
        else:
            unknown[word] = n
    return Meanings(known, frozenset(guessed), unknown, frozenset(nothing), tuple(notes))


def idle(words: dict[str, str | None], there: Meanings) -> list[str]:
    """Note words that were explained and do not occur."""
    seen = {_key(word) for word in (*there.known, *there.unknown)}
    strange = sorted(word for word in words if _key(word) not in seen)
    if not strange:
        return []
    return [f"a meaning was given for {', '.join(strange)}, which is not among the labels."]


def cell(value: str | None) -> str | None:
    """Read what a cell, a group or the name of a folder says; None for blanks and what nobody sees."""
    return nfc(value.strip()) if value is not None and value.strip(BLANK) else None


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
