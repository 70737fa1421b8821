"""What may be changed in a module to see whether a test notices: the operators of `tools/mutate.py`.

A mutant is a module with one small mistake in it. Never changed are docstrings, strings, annotations, imports
and what is raised (the condition for raising it is).
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

BINARY = {
    ast.Add: ("+", "-", "sign"),
    ast.Sub: ("-", "+", "sign"),
    ast.Mult: ("*", "/", "factor"),
    ast.Div: ("/", "*", "factor"),
    ast.FloorDiv: ("//", "*", "factor"),
    ast.Mod: ("%", "//", "factor"),
    ast.Pow: ("**", "*", "power"),
    ast.BitAnd: ("&", "|", "logic"),
    ast.BitOr: ("|", "&", "logic"),
}
COMPARE = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
_PAIRS = (
    ("argmax", "argmin"),
    ("max", "min"),
    ("amax", "amin"),
    ("mean", "sum"),
    ("nanmean", "nansum"),
    ("maximum", "minimum"),
    ("any", "all"),
    ("zeros_like", "ones_like"),
    ("zeros", "ones"),
    ("floor", "ceil"),
    ("add_", "sub_"),
    ("mul_", "div_"),
    ("softmax", "log_softmax"),
    ("exp", "log"),
    ("var", "std"),
    ("add", "sub"),
    ("mul", "div"),
    ("idxmax", "idxmin"),
    ("nanmax", "nanmin"),
    ("append", "extend"),
    ("clamp_min", "clamp_max"),
    ("cumsum", "cumprod"),
    ("logsumexp", "sum"),
)
SWAP = dict(_PAIRS) | {b: a for a, b in _PAIRS if b != "sum"} | {"sum": "mean"}
UNWRAP = {
    "detach",
    "clone",
    "sqrt",
    "abs",
    "relu",
    "exp",
    "log",
    "square",
    "contiguous",
    "deepcopy",
    "no_grad",
    "copy",
}
REDUCE = {
    "sum",
    "mean",
    "max",
    "min",
    "argmax",
    "argmin",
    "std",
    "var",
    "all",
    "any",
    "softmax",
    "log_softmax",
    "cumsum",
    "size",
    "argsort",
    "sort",
    "norm",
    "logsumexp",
    "unsqueeze",
    "squeeze",
    "flatten",
    "transpose",
    "diagonal",
    "gather",
    "nanmean",
    "amax",
    "amin",
    "movedim",
    "swapaxes",
    "topk",
}
SHAPED = {"reshape", "view", "expand", "unflatten"}
SYMMETRIC = {
    "isinstance",
    "getattr",
    "setattr",
    "hasattr",
    "print",
    "max",
    "min",
    "maximum",
    "minimum",
    "transpose",
    "swapaxes",
}
#: What stands for one another in a study: a part of the data, a role in a chain, what was gained where. They
#: are exchanged as attributes and as whole strings.
EXCHANGED = (
    ("test", "valid"),
    ("train", "valid"),
    ("source", "target"),
    ("dS", "dP"),
    ("first", "last"),
    ("sd_orders", "sd_seeds"),
    ("speaker", "sentence"),
)
EXCHANGE = dict(EXCHANGED) | {b: a for a, b in reversed(EXCHANGED)}
#: What is sorted by them comes in another order, or in the one in which it was read.
SORTS = {"sort_values", "sort_index", "sort"}
FILTERS = {"dropna", "drop_duplicates", "query", "isin", "unique"}
#: Where a generator gets its seed, by position or by keyword.
SEEDED = {"default_rng", "manual_seed", "RandomState", "seed"}
SEEDS = {"seed", "random_state"}
AXES = {"axis", "dim", "axis1", "axis2", "dim0", "dim1"}
# Where both names stand in one function, reading one instead of the other is the anchor taken for the current
# weights.
ANCHORS = (
    ("p", "q"),
    ("p", "kept"),
    ("p", "before"),
    ("p", "begun"),
    ("p", "found"),
    ("begun", "before"),
    ("theta", "source_model"),
    ("theta", "before"),
    ("theta", "mean"),
    ("source_model", "mean"),
    ("theta", "average"),
    ("mean", "w"),
    ("omega", "pulled"),
    ("student", "teacher"),
    ("z", "z_teacher"),
    ("log_p", "log_q"),
    ("mine", "other"),
    ("mine", "ref"),
    ("g", "g_ref"),
    ("stream", "past"),
    ("stored", "z"),
    ("source", "target"),
    ("head", "walker"),
    ("low", "high"),
    ("a", "b"),
    ("old", "found"),
    ("copy", "fresh"),
)


@dataclass(frozen=True)
class Mutant:
    """One mistake: bytes `start` to `end` of a module become `text`."""

    module: str
    line: int
    operator: str
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        raw = source.encode()
        return (raw[: self.start] + self.text.encode() + raw[self.end :]).decode()

    def lines(self, source: str) -> tuple[str, str]:
        """The changed lines before and after, without indentation."""
        parts: dict[str, list[str]] = {"-": [], "+": []}
        for line in list(
            difflib.unified_diff(source.splitlines(), self.apply(source).splitlines(), n=0, lineterm="")
        )[2:]:
            if line[0] in parts:
                parts[line[0]].append(line[1:].strip())
        return " ".join(parts["-"]), " ".join(parts["+"])


class Mutator:
    """All mutants of one module, in the order of its text."""

    def __init__(self, source: str, module: str = "module.py"):
        self.source, self.module, self.raw = source, module, source.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> list[Mutant]:
        found = set()
        for operator, start, end, text in self._walk(ast.parse(self.source)):
            if text.encode() != self.raw[start:end]:
                found.add(Mutant(self.module, self.raw[:start].count(b"\n") + 1, operator, start, end, text))
        return sorted(found, key=lambda m: (m.start, m.end, m.operator, m.text))

    # Positions and texts; the parser counts columns in bytes.
    def _start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.AST) -> str:
        return self.raw[self._start(node) : self._end(node)].decode()

    def _between(self, left: ast.AST, right: ast.AST, pattern: str, new: str, literal: bool = True):
        """Replace the operator that stands between two nodes."""
        start, stop = self._end(left), self._start(right)
        hit = re.search(re.escape(pattern) if literal else rf"\b{pattern}\b", self.raw[start:stop].decode())
        return start + hit.start(), start + hit.end(), new

    def _walk(self, tree: ast.AST) -> Iterator[tuple]:
        stack: list[tuple[ast.AST, str, frozenset[str]]] = [(tree, "", frozenset())]
        while stack:
            node, place, names = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)) | {
                    n.arg for n in ast.walk(node) if isinstance(n, ast.arg)
                }
            for operator, edit in self._edits(node, place, names):
                yield operator, *edit
            stack += [(child, where, names) for child, where in self._children(node, place)]

    def _children(self, node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
        """Children that may be changed, with the place they stand in.

        An index, an axis, a default, or anywhere ('').
        """
        if isinstance(
            node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Raise | ast.Global | ast.Nonlocal
        ):
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "msg", "ctx", "decorator_list", "type_params"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                where = ""
                if isinstance(node, ast.Subscript) and name == "slice":
                    where = "index"
                elif place == "index" and isinstance(node, ast.Tuple | ast.Slice | ast.UnaryOp):
                    where = "index"
                elif isinstance(node, ast.arguments) and name in ("defaults", "kw_defaults"):
                    where = "default"
                elif _name(node) in SHAPED and name == "args":
                    where = "shape"
                elif (
                    isinstance(node, ast.keyword)
                    and node.arg in AXES
                    or _name(node) in REDUCE
                    and name == "args"
                ):
                    where = "axis"
                elif place in ("axis", "default", "shape") and isinstance(node, ast.UnaryOp | ast.Tuple):
                    where = place
                yield child, where

    def _edits(
        self, node: ast.AST, place: str, names: frozenset[str]
    ) -> Iterator[tuple[str, tuple[int, int, str]]]:
        here = (self._start(node), self._end(node)) if hasattr(node, "lineno") else (0, 0)
        yield from self._operators(node, place, here)
        before = self.raw[here[0] - 1 : here[0]]
        if isinstance(node, ast.Constant) and not (place in ("index", "axis", "shape") and before == b"-"):
            yield from ((operator, (*here, text)) for operator, text in _constants(node.value, place))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if place == "index" and re.fullmatch(r"[a-z]", node.id):
                yield "index", (*here, f"{node.id} + 1")
            for pair in ANCHORS:
                if node.id in pair and names >= set(pair):
                    yield "anchor", (*here, pair[1 - pair.index(node.id)])
        yield from self._exchanged(node, here)
        yield from self._filtered(node, here)
        if isinstance(node, ast.Slice):
            for bound in (node.lower, node.upper, node.step):
                if bound is not None:
                    yield "slice", (self._start(bound), self._end(bound), "")
        if isinstance(node, ast.Call):
            yield from self._calls(node, here)
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            guard = isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)
            text = "False" if guard else f"not {self._in_brackets(node.test)}"
            yield "condition", (self._start(node.test), self._end(node.test), text)
        if isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield "condition", (self._start(test), self._end(test), f"not {self._in_brackets(test)}")
                yield "filter", (self._start(test), self._end(test), "True")
        if _dropped(node):
            yield "statement", (*here, "pass")

    def _exchanged(self, node: ast.AST, here: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int, str]]]:
        """Take the test part for validation, the source for the target, and the like."""
        if isinstance(node, ast.Attribute) and node.attr in EXCHANGE:
            end = self._end(node)
            yield "exchange", (end - len(node.attr.encode()), end, EXCHANGE[node.attr])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in EXCHANGE:
            yield "exchange", (*here, repr(EXCHANGE[node.value]).replace("'", '"'))

    def _filtered(self, node: ast.AST, here: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int, str]]]:
        """Leave out a filter, a sort or a column that settings are told apart by."""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_filter(node.slice):
            yield "filter", (*here, self._text(node.value))
        if isinstance(node, ast.Call):
            name, args = _name(node), node.args
            over = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name == "sorted" and args:
                yield "sort", (*here, f"list({self._text(args[0])})")
            elif name == "sort" and args and over is not None:  # np.sort(x), torch.sort(x)
                yield "sort", (*here, self._text(args[0]))
            elif over is not None and name in SORTS | FILTERS - {"isin"}:
                yield ("sort" if name in SORTS else "filter"), (*here, self._text(over))
            if name == "groupby":
                for keys in (one for one in args if isinstance(one, ast.List)):
                    for key in keys.elts if len(keys.elts) > 1 else []:
                        rest = [self._text(one) for one in keys.elts if one is not key]
                        yield "filter", (self._start(keys), self._end(keys), f"[{', '.join(rest)}]")

    def _seeds(self, node: ast.Call) -> Iterator[tuple[str, tuple[int, int, str]]]:
        """Give every generator the same seed."""
        given = [word.value for word in node.keywords if word.arg in SEEDS]
        given += node.args[:1] if _name(node) in SEEDED else []
        for seed in given:
            if not isinstance(seed, ast.Constant):
                yield "seed", (self._start(seed), self._end(seed), "0")

    def _spreads(self, node: ast.Call) -> Iterator[tuple[str, tuple[int, int, str]]]:
        """Divide by n where n - 1 is meant, or the other way round."""
        told = [word for word in node.keywords if word.arg == "ddof"]
        if _name(node) in ("std", "var") and not told and not any(w.arg == "unbiased" for w in node.keywords):
            text = ", ddof=1)" if node.args or node.keywords else "ddof=1)"
            yield "ddof", (self._end(node) - 1, self._end(node), text)
        for word in told:
            new = "0" if self._text(word.value) != "0" else "1"
            yield "ddof", (self._start(word.value), self._end(word.value), new)

    def _operators(
        self, node: ast.AST, place: str, here: tuple[int, int]
    ) -> Iterator[tuple[str, tuple[int, int, str]]]:
        if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in BINARY:
            old, new, operator = BINARY[type(node.op)]
            if isinstance(node, ast.AugAssign):
                yield operator, self._between(node.target, node.value, old + "=", new + "=")
            else:
                yield operator, self._between(node.left, node.right, old, new)
                if isinstance(node.op, ast.Sub | ast.Div):
                    turned = f"({self._in_brackets(node.right)} {old} {self._in_brackets(node.left)})"
                    yield "operands", (*here, turned)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, right, op in zip(sides, sides[1:], node.ops):
                old, new = COMPARE[type(op)]
                yield "compare", self._between(left, right, old, new, literal=not old[0].isalpha())
        if isinstance(node, ast.BoolOp):
            words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            yield "logic", self._between(node.values[0], node.values[1], *words, literal=False)
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.UAdd):
            number = isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
            if number and place == "shape":
                return  # -2 means "what is left" as -1 does
            if number and place in ("index", "axis"):
                next_one = -(node.operand.value + 1) if node.operand.value < 2 or place == "index" else -1
                yield place, (*here, str(next_one))
            else:
                operator = "logic" if isinstance(node.op, ast.Not | ast.Invert) else "sign"
                yield operator, (*here, self._in_brackets(node.operand))

    def _calls(self, node: ast.Call, here: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int, str]]]:
        name = _name(node)
        yield from self._seeds(node)
        yield from self._spreads(node)
        if name in SWAP:
            end = self._end(node.func)
            yield "call", (end - len(name.encode()), end, SWAP[name])
        if name in UNWRAP and not node.keywords:
            inner = node.args[0] if node.args else getattr(node.func, "value", None)
            if inner is not None:
                yield (
                    "unwrap",
                    (*here, self._in_brackets(inner) if len(node.args) == 1 else self._text(inner)),
                )
        for keyword in node.keywords:
            if keyword.arg:
                rest = [self._text(a) for a in node.args]
                rest += [
                    (f"{k.arg}=" if k.arg else "**") + self._text(k.value)
                    for k in node.keywords
                    if k is not keyword
                ]
                yield "keyword", (*here, f"{self._text(node.func)}({', '.join(rest)})")
        if name not in SYMMETRIC:
            for a, b in zip(node.args, node.args[1:]):
                if not isinstance(a, ast.Starred) and not isinstance(b, ast.Starred):
                    middle = self.raw[self._end(a) : self._start(b)].decode()
                    yield "arguments", (self._start(a), self._end(b), self._text(b) + middle + self._text(a))

    def _in_brackets(self, node: ast.AST) -> str:
        simple = isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript)
        return self._text(node) if simple else f"({self._text(node)})"


def _name(node: ast.AST) -> str:
    """The last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_filter(index: ast.AST) -> bool:
    """Whether an index picks rows by a condition that stands there."""
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.Invert):
        return True
    if isinstance(index, ast.BinOp):
        return isinstance(index.op, ast.BitAnd | ast.BitOr)
    return isinstance(index, ast.Compare) or _name(index) in ("isin", "notna", "isfinite")


def _constants(value, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield place if place == "default" else "boolean", str(not value)
    elif isinstance(value, int):
        yield (
            place.replace("shape", "") or "constant",
            str(value - 1 if place == "axis" and value > 0 else value + 1),
        )
    elif isinstance(value, float):
        yield place.replace("shape", "") or "constant", repr(2 * value or 1.0)
    elif value is None and place == "index":
        yield "index", ":"


def _dropped(node: ast.AST) -> bool:
    """Whether leaving out a statement is a mistake of its own, not merely a missing name."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        read = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        return (
            isinstance(target, ast.Subscript | ast.Attribute)
            or isinstance(target, ast.Name)
            and target.id in read
        )
    return isinstance(node, ast.AugAssign | ast.Continue | ast.Break)
