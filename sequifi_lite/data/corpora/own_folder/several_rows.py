"""Files that several rows of a csv name: by several raters, by mistake, or as parts."""

from __future__ import annotations

from ...spelling import normal_form
from .labels import FIELDS, Labelled
from .words import Meanings, nfc

_WRONG = {
    "emotion": "{} calls it {}",
    "speaker": "{} says that it is by {}",
    "sentence": "{} says that its sentence is {}",
}


def agreed(found: Labelled, words: Meanings) -> tuple[dict[str, str], list[str]]:
    """Make one row of all that are about one file, and say in what they differ.

    Where they differ in the emotion, the speaker or the sentence, nobody knows which is right, and the clip
    is not to be used. Two spellings of one name, and two words of one meaning, are no difference. What they
    differ in otherwise is left empty.

    Returns
    -------
    dict of str to str
        File -> why it cannot be used.
    list of str
        Every such file with its lines, in words.
    """
    defects, repeated = {}, []
    for file, more in found.again.items():
        entry, reasons, remarks = found.fields[file], [], []
        for field in FIELDS:
            rows = (one.get(field) for one in (entry, *more))
            said = list(dict.fromkeys(word for word in rows if word is not None))
            if field == "emotion":
                said = [word for word in said if word not in words.nothing] or said
            if not said:
                continue
            entry[field] = said[0]
            if len({_meant(field, word, words) for word in said}) > 1:
                if field in _WRONG:
                    reasons.append(_WRONG[field].format(found.source, " and ".join(said)))
                else:
                    entry[field] = None
                    remarks.append(f"{field} {' and '.join(said)}, left empty")
            elif len({normal_form(word) for word in said}) > 1:
                remarks.append(f"the labels {' and '.join(said)} mean one thing")
        remarks += [f"they differ in {column}, which is not used" for column in found.unread.get(file, [])]
        if reasons:
            defects[nfc(str(file))] = "; ".join(reasons)
        remarks = reasons + remarks or ["they say the same"]
        repeated.append(f"{nfc(str(file))} (lines {_and(found.lines[file])}: {'; '.join(remarks)})")
    return defects, repeated


def _meant(field: str, word: str, words: Meanings) -> str:
    """What is compared: the meaning of a label, the form of a name."""
    if field == "emotion" and word in words.known:
        return words.known[word] or f"({normal_form(word)}, left out)"
    return normal_form(word)


def _and(lines: list[int]) -> str:
    return f"{', '.join(map(str, lines[:-1]))} and {lines[-1]}"
