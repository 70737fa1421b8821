"""What is trained for what may be kept of the source: the methods that did best on the pairs of the book."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from itertools import product

from ...errors import ArgumentError
from ...learning.methods.method import Method
from .. import results
from ..tuning import RATES, STEPS, trials
from ..variants import variant

#: What each method has to have of the source beside its model. Those that choose by validation clips of the
#: source, or train many models, are left out.
NOTHING = ("lwf", "l2-sp", "interpolation", "one-over-t", "ema", "swa", "weight-alignment")
STATISTICS = ("ewc", "si", "mas", "ncm", "slda", "gaussian-replay")
CLIPS = ("er", "er-ace", "gem", "a-gem", "der", "der++")
ALWAYS = ("zero-shot", "vanilla")
RECOMMENDED = 3


@dataclass(frozen=True)
class Keep:
    """What may be kept of the source: "nothing", "statistics", or "clips", so many in all."""

    what: str
    clips: int = 0

    @classmethod
    def read(cls, text: str | int) -> Keep:
        """Read "nothing", "statistics" or a number of clips.

        Raises
        ------
        ArgumentError
            If it is none of these.
        """
        word = str(text).strip().lower()
        if word in ("nothing", "statistics"):
            return cls(word)
        if word.isdecimal():
            return cls("clips", int(word)) if int(word) else cls("nothing")
        raise ArgumentError(
            f"What may be kept of the source is 'nothing', 'statistics' or a number of clips, and {text!r} is"
            " none of these; give for example --keep 40."
        )

    def per_class(self, classes: int, there: int | None = None) -> int:
        """Spread the clips over the emotions; `there` are those that the source has.

        Raises
        ------
        ArgumentError
            If that leaves an emotion without any, or the source has fewer.
        """
        if self.what == "clips" and there is not None and self.clips > there:
            raise ArgumentError(
                f"{self.clips:,} clips are more than the {there:,} that the source has of these emotions;"
                " keep fewer."
            )
        if self.what == "clips" and self.clips < classes:
            raise ArgumentError(
                f"{self.clips} clips are fewer than {classes}, one for each emotion; keep more, or nothing."
            )
        return self.clips // classes

    @property
    def words(self) -> str:
        return f"{self.clips:,} clips" if self.what == "clips" else self.what

    @property
    def allowed(self) -> tuple[str, ...]:
        """Methods that need no more than this."""
        return NOTHING + {"nothing": (), "statistics": STATISTICS, "clips": CLIPS}[self.what]


def recommended(keep: Keep, number: int = RECOMMENDED) -> list[tuple[str, float, float, float]]:
    """List the allowed methods that the study of pairs found best.

    Returns
    -------
    list of (method, points, low, high)
        The best first, with the difference to vanilla in mean UAR over the pairs, in points, and its 95 %
        interval.
    """
    table, _ = results.load("pairs", "means")
    best = table.loc[table["variant"].isin(keep.allowed).to_numpy()]
    best = best.sort_values(by="both", ascending=False).head(number)
    columns = ("variant", "vs_vanilla", "vs_vanilla_low", "vs_vanilla_high")
    return [tuple(row) for row in best[list(columns)].itertuples(index=False)]


@dataclass(frozen=True)
class Trial:
    """One setting of a method: its strength (None where it has none), learning rate, steps."""

    value: float | None
    lr: float
    T: int

    def words(self, cls: type[Method]) -> str:
        strength = "" if self.value is None else f"{cls.strength} {self.value:g}, "
        return f"{strength}learning rate {self.lr:g}, {self.T} steps"


def trials_of(name: str) -> list[Trial]:
    """List the trials of a method as the studies have them: twelve, and one of what trains nothing.

    Where the strength is the number of clips in memory, which is given here, it is tuned as one without a
    strength.
    """
    cls = variant(name).method
    if name == "zero-shot":
        return [Trial(None, 1e-3, STEPS["strength"][0])]
    if cls.strength == "per_class":
        return [Trial(None, lr, T) for lr, T in product(RATES["no strength"], STEPS["no strength"])]
    return [Trial(*trial) for trial in trials(cls)]


def options_of(cls: type[Method], per_class: int) -> dict[str, int]:
    """Arguments of a method beside its strength: the size of its memory, where it has one."""
    return {"per_class": per_class} if "per_class" in inspect.signature(cls).parameters else {}
