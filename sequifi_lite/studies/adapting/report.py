"""The report for people: one HTML file without anything from outside, and its summary for a terminal."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

WIDTH, HEIGHT, LEFT, BELOW = 640, 420, 52, 44  # px of the frontier's picture, and of the room for its axes
LOOKS = 6  # of points, in report.html's style


def html(numbers: dict[str, Any]) -> str:
    """Fill the page's template with the numbers of a report."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"signed": signed, "share": share, "range": between}
    template = environment.from_string(
        (files(__name__.rpartition(".")[0]) / "report.html").read_text(encoding="utf-8")
    )
    methods = {method["name"]: method for method in numbers["methods"]}
    return template.render(
        **numbers, best=methods[numbers["recommended"]], vanilla=methods["vanilla"], picture=picture(numbers)
    )


def summary(numbers: dict[str, Any]) -> str:
    """Say in a few lines what came of it."""
    source, target = numbers["source"]["name"], numbers["target"]["name"]
    width = max(len(method["name"]) for method in numbers["methods"])
    lines = [
        f"{source} -> {target}, keeping {numbers['keep']}; UAR in % on test clips of {numbers['folds']}"
        " folds",
        f"  {'':{width}}  {target[:17]:17} {source[:17]:17} both",
    ]
    for method in numbers["methods"]:
        mark = "*" if method["name"] == numbers["recommended"] else " "
        cells = [f"{method[of]['uar']:5.1f} {between(method[of]):11}" for of in ("target", "source", "both")]
        lines.append(f"{mark} {method['name']:{width}}  {' '.join(cells)}".rstrip())
    worst = numbers["worst"]
    lines += [
        f"* use {numbers['recommended']}: best on validation; {numbers['setting']}; stores"
        f" {numbers['stored']['words']}",
        f"  worst heard on {target}: {worst['emotion']}, {worst['recall']:.0f} %, mostly called"
        f" {worst['called']}",
        *(f"note: {line}" for line in numbers["thin"]),
    ]
    return "\n".join(lines)


def signed(value: float) -> str:
    """Write a difference with its sign, a true minus."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def share(value: float, total: float) -> str:
    """Write a share of a whole in %, 0 of nothing."""
    return f"{100 * value / total:.0f}" if total else "0"


def between(score: dict[str, float]) -> str:
    """Write an interval."""
    return f"[{score['low']:.1f}, {score['high']:.1f}]"


def picture(numbers: dict[str, Any]) -> dict[str, Any]:
    """Place what the frontier shows: target on the horizontal axis, source on the vertical one, in px."""
    points = [point for method in numbers["methods"] for point in method["frontier"]]
    low = [min(values) for values in zip(*points, strict=True)]
    high = [max(values) for values in zip(*points, strict=True)]
    start = [10 * int(value // 10) for value in low]
    end = [max(10 * int(-(-value // 10)), begin + 10) for value, begin in zip(high, start, strict=True)]

    def x(target: float) -> float:
        return round(LEFT + (WIDTH - LEFT - 12) * (target - start[1]) / (end[1] - start[1]), 1)

    def y(source: float) -> float:
        return round((HEIGHT - BELOW) - (HEIGHT - BELOW - 12) * (source - start[0]) / (end[0] - start[0]), 1)

    lines = []
    for number, method in enumerate(numbers["methods"]):
        placed = [{"x": x(target), "y": y(source)} for source, target in method["frontier"]]
        lines.append({"name": method["name"], "look": number % LOOKS, "points": placed})
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "bottom": HEIGHT - BELOW,
        "lines": lines,
        "across": [{"at": x(value), "value": value} for value in range(start[1], end[1] + 1, 10)],
        "up": [{"at": y(value), "value": value} for value in range(start[0], end[0] + 1, 10)],
    }
