"""Malformed lists of clips, by the thousand: is any lost, does anything break that is no refusal?

    python tools/fuzz_lists.py --seed 0 --count 10000 --out /tmp/lists

Every list begins as a good one of a small synthetic folder: csv in the usual delimiters, json or jsonl. Up to
four mutations make it a bad one: of bytes, quotation marks, delimiters, line ends, encodings, columns,
values, spellings and rows. It is then read as the labels of that folder (`scan`) and as a published split
(`leaks`).

Right is a refusal in one sentence, or a result in which every row of the list is a clip or is named under a
heading. Wrong are any other exception, more than five seconds, and a row that is nowhere. What went wrong is
kept in `--out`, and the exit code is 1. The same seed makes the same lists.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import signal
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sequifi_lite.data.corpora.own_folder.findings import Scan
from sequifi_lite.data.corpora.own_folder.scan import scan
from sequifi_lite.data.leaks.lists import read_parts
from sequifi_lite.errors import SequifiError

CLIPS, SECONDS = 24, 5
EMOTIONS = ("anger", "happiness", "neutral", "sadness")
COLUMNS = ("file", "emotion", "speaker", "sentence")
MARKS = ('"', "'", "“", '""', '"\n', "\\", '\\"')
ENDS = ("\n", "\r\n", "\r", "\n\r", "\r\r\n", "\u2028", "\x0b", "\x85", "\n\n", " \n")
ODD = (
    "\u200b",
    "\ufeff",
    "\u00a0",
    "\0",
    "\x1c",
    "\U0001f600",
    "é",
    "e\u0301",
    "\u202e",
    "\ud7ff",
    "￿",
    "\t",
    ",",
)
WORDS = (
    "nan",
    "NA",
    "None",
    "",
    " ",
    "-",
    "null",
    "#N/A",
    "0",
    "-1",
    "1.0",
    "1e5",
    "TRUE",
    "=1+1",
    "?" * 300,
)
NAMES = (
    "file path emotion label Emotion speaker start end onset duration from to rater split part key id wav"
    " audio Unnamed:_0 gender sentence text language level \u200bfile emotion\u00a0 EMOTION file."
).split(" ")


def folder(root: Path) -> pd.DataFrame:
    """Write the folder that all lists are about, each clip of a length of its own; give its clip table."""
    for k in range(CLIPS):
        path = root / f"sp{k % 4}" / f"clip_{k:02d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.random.default_rng(k).normal(0, 0.1, 800 + k), 16_000)
    path = root / "labels.csv"
    path.write_text(_written(_rows(), ",", "\n"), encoding="utf-8")
    return scan("mine", root, labels=path, decode=False).table


def _rows() -> list[dict]:
    return [
        {
            "file": f"sp{k % 4}/clip_{k:02d}.wav",
            "emotion": EMOTIONS[k // 4 % 4],
            "speaker": f"sp{k % 4}",
            "sentence": f"text {k // 4 % 3}, said",
        }
        for k in range(CLIPS)
    ]


def _written(rows: list[dict], delimiter: str, end: str) -> str:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def make(seed: int) -> tuple[str, bytes]:
    """Make the list of a seed: its suffix and its bytes."""
    rng = random.Random(seed)
    rows = _rows()
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        rng.choice((_spell, _value, _column, _row))(rng, rows)
    kind = rng.choice(("csv", "csv", "csv", "csv", "tsv", "json", "jsonl"))
    if kind in ("json", "jsonl"):
        if rng.random() < 0.2:
            rows = rng.choice(
                ([1, 2], [rows], [None, *rows], {"a": 1}, {str(k): row for k, row in enumerate(rows)})
            )
        lines = [json.dumps(row, ensure_ascii=rng.random() < 0.5) for row in rows]
        text = "\n".join(lines) if kind == "jsonl" else json.dumps(rows, ensure_ascii=False, indent=1)
        delimiter = ","
    else:
        delimiter = "\t" if kind == "tsv" else rng.choice((",", ",", ";", "|", "\t", ":"))
        text = _written(rows, delimiter, rng.choice(ENDS[:3]))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        text = _texted(rng, text, delimiter)
    encoding = rng.choice(
        ("utf-8",) * 8 + ("utf-8-sig", "utf-16", "utf-16-le", "latin-1", "utf-32", "cp1252")
    )
    raw = text.encode(encoding, "replace")
    if rng.random() < 0.25:
        raw = _bytes(rng, raw)
    return f".{kind}", raw


def _spell(rng: random.Random, rows: list[dict]) -> None:
    """Spell some names of a column in another way."""
    column = rng.choice(COLUMNS)
    ways = (
        str.upper,
        str.title,
        lambda value: f" {value}",
        lambda value: f"{value}\u200b",
        lambda value: f"{value}.0",
        lambda value: value.replace("sp", "sp0"),
        lambda value: value.replace("/", "\\"),
        lambda value: f"C:\\x\\{value}",
        lambda value: Path(value).stem,
        lambda value: f"'{value}'",
    )
    way = rng.choice(ways)
    for row in rng.sample(rows, rng.randint(1, len(rows))):
        if isinstance(row.get(column), str):
            row[column] = way(row[column])


def _value(rng: random.Random, rows: list[dict]) -> None:
    """Put odd values into a column."""
    column = rng.choice(COLUMNS)
    odd = rng.choice((*WORDS, *ODD, "two\nlines", 'a "b" c', 7, 1.5, None, True, ["a"], {"a": 1}))
    for row in rng.sample(rows, rng.randint(1, len(rows) if rng.random() < 0.3 else min(3, len(rows)))):
        row[column] = f"{row.get(column)}{odd}" if isinstance(odd, str) and rng.random() < 0.5 else odd


def _column(rng: random.Random, rows: list[dict]) -> None:
    """Leave out, rename, move or add a column."""
    column, name = rng.choice(COLUMNS), rng.choice(NAMES)
    what = rng.randrange(4)
    for number, row in enumerate(rows):
        if what == 0:
            row.pop(column, None)
        elif what == 1 and column in row:
            row[name] = row.pop(column)
        elif what == 2:
            row[name] = rng.choice((number, number / 2, "", "x", row.get("emotion")))
        elif column in row:
            row[column] = row.pop(column)


def _row(rng: random.Random, rows: list[dict]) -> None:
    """Say a row again, with a change or not; name a file that is not there; leave rows out."""
    what = rng.randrange(5)
    row = dict(rng.choice(rows))
    if what == 1:
        row["emotion"] = rng.choice((*EMOTIONS, "fear", "Wut", "ANGER", "x"))
    elif what == 2:
        row["speaker"] = rng.choice(("sp1", "SP1", "sp9", ""))
    elif what == 3:
        row["file"] = rng.choice(
            ("gone.wav", "clip", "", "sp1", "../clip_01.wav", "clip_01", "*.wav", "sp0/clip_01.wav")
        )
    elif what == 4:
        del rows[rng.randrange(len(rows)) :]
    rows.insert(rng.randint(0, len(rows)), row)


def _texted(rng: random.Random, text: str, delimiter: str) -> str:
    """Change marks, delimiters or line ends somewhere, or everywhere."""
    at = rng.randint(0, len(text))
    what = rng.randrange(9)
    if what == 0:
        return text[:at] + rng.choice(MARKS) + text[at:]
    if what == 1:
        return text[:at] + text[at:].replace('"', "", 1)
    if what == 2:
        return text.replace(delimiter, rng.choice(",;|\t: "), rng.choice((-1, 1, 5)))
    if what == 3:
        return text.replace("\n", rng.choice(ENDS), rng.choice((-1, 1, 5)))
    if what == 4:
        return rng.choice((f"sep={delimiter}\n", "sep=;\n", "# made by hand\n", "\n\n", "\ufeff")) + text
    if what == 5:
        return text[:at] + rng.choice(ODD) + text[at:]
    if what == 6:
        return text.replace("\n", delimiter * rng.randint(1, 3) + "\n", rng.choice((-1, 1)))
    if what == 7:
        return text + text[rng.randint(0, len(text)) :]
    return text.rstrip("\r\n") if rng.random() < 0.5 else text[:at]


def _bytes(rng: random.Random, raw: bytes) -> bytes:
    """Flip, insert, repeat or leave out bytes."""
    at, size = rng.randint(0, len(raw)), rng.choice((1, 1, 2, 8, 64))
    what = rng.randrange(4)
    if what == 0:
        return (
            raw[:at]
            + bytes(byte ^ (1 << rng.randrange(8)) for byte in raw[at : at + size])
            + raw[at + size :]
        )
    if what == 1:
        return raw[:at] + rng.randbytes(size) + raw[at:]
    if what == 2:
        return raw[:at] + raw[at : at + size] * 3 + raw[at + size :]
    return raw[:at] + raw[at + size :]


def lost(found: Scan, text: str) -> str:
    """Say which row of a list that was accepted is neither a clip nor named; empty if none."""
    said = {reason: files for reason, files in found.left_out.items() if not reason.startswith("not in ")}
    named = [*found.table["file"], *found.absent, *found.ambiguous, *found.convert, *found.unreadable]
    named += [file for files in said.values() for file in files]
    everywhere = "\n".join([*named, *found.repeated]).casefold()
    for stem in sorted(set(re.findall(r"clip_\d\d(?!\d)", text.casefold()))):
        if stem not in everywhere:
            return f"{stem} is in the list and nowhere in the result"
    if '"' not in text:
        rows = len(named) + sum(len(re.findall(r"\d+", line.rpartition("(lines ")[2].split(":")[0])) - 1
                                for line in found.repeated)  # fmt: skip
        lines = [line for line in re.split(r"\r\n|\r|\n", text) if re.sub(r"[\s,;|:\ufeff]", "", line)]
        header = 2 if lines[0].lower().lstrip("\ufeff").startswith("sep=") else 1
        if len(lines) - header > rows + sum(lines.count(one) - 1 for one in found.ambiguous):
            return f"{len(lines) - header} rows are in the list and {rows} in the result"
    return ""


class _Hang(BaseException):
    pass


def _late(*_):
    raise _Hang


def outcome(call) -> tuple[str, str]:
    """Run something: what came of it (result, refused, traceback, hang, no sentence), and the details."""
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(SECONDS)
    try:
        return "result", call() or ""
    except SequifiError as error:
        text = str(error)
        good = text.endswith(".") and "\n" not in text
        return ("refused" if good else "no sentence"), text
    except _Hang:
        return "hang", f"more than {SECONDS} s"
    except Exception:
        return "traceback", traceback.format_exc()
    finally:
        signal.alarm(0)


def tried(seed: int, root: Path, table: pd.DataFrame, at: Path) -> dict[str, tuple[str, str]]:
    """Read the list of a seed in both ways."""
    suffix, raw = make(seed)
    path = at / f"list{suffix}"
    path.write_bytes(raw)

    def scanned() -> str:
        found = scan("mine", root, labels=path, decode=False)
        found.report()
        found.check()
        return lost(found, _read(raw))

    def listed() -> str:
        read_parts([path], table).notes()
        return ""

    out = {"scan": outcome(scanned), "leaks": outcome(listed)}
    return {
        way: ("row lost", text) if kind == "result" and text else (kind, text)
        for way, (kind, text) in out.items()
    }


def _read(raw: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    return raw.decode("utf-8-sig", "replace")


def main() -> None:
    """Make and read the lists, print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--out", type=Path, help="keep lists that went wrong here")
    options = parser.parse_args()
    counts: dict[str, Counter] = {"scan": Counter(), "leaks": Counter()}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "clips"
        table = folder(root)
        for seed in range(options.seed, options.seed + options.count):
            for way, (kind, text) in tried(seed, root, table, Path(place)).items():
                counts[way][kind] += 1
                if kind not in ("result", "refused"):
                    print(f"seed {seed}, {way}: {kind}: {text.strip().splitlines()[-1]}", flush=True)
                    if options.out:
                        options.out.mkdir(parents=True, exist_ok=True)
                        suffix, raw = make(seed)
                        (options.out / f"{way}_{seed}{suffix}").write_bytes(raw)
                        (options.out / f"{way}_{seed}.txt").write_text(f"{kind}\n{text}\n", encoding="utf-8")
    for way, each in counts.items():
        print(f"{way}: {', '.join(f'{kind} {n:,}' for kind, n in sorted(each.items()))}")
    sys.exit(any(set(each) - {"result", "refused"} for each in counts.values()))


if __name__ == "__main__":
    main()
