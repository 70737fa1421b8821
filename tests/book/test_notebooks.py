"""What every committed notebook promises, and that the exercises can be failed and solved."""

import ast
import copy
import inspect
import re

import addresses
import nbformat
import pytest

import book

NOTEBOOKS = book.executed()
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_is_a_notebook():
    assert NOTEBOOKS


@each
def test_committed_form(path):
    assert path.read_text() == book.normal_text(path.read_text()), "run: make strip"


@each
def test_first_cell_installs_the_release_in_colab_only(path):
    first = code_cells(path)[0].source
    assert first == book.first_cell()
    assert f"git+{book.repository_url()}@{addresses.ref()}" in first
    assert not any(re.search(r"[%!]\s*pip|git\+", cell.source) for cell in code_cells(path)[1:]), (
        "one install cell, the first"
    )


@each
def test_portable_text(path):
    for cell in read(path).cells:
        assert "myst_nb" not in cell.source
        if cell.cell_type == "markdown":
            directive = re.search(r"^\s*(```|:::)\{|\{(term|cite|doc|ref|numref)\}`", cell.source, re.M)
            assert not directive, "shows as code in Jupyter and Colab"
            # Without blank lines around it, Markdown inside <details> is shown as it stands.
            assert not re.search(r"</summary>\n(?!\n)|[^\n]\n</details>", cell.source)


@each
def test_figures_have_text_alternatives(path):
    for cell in code_cells(path):
        if book.needs_alt(cell.source):
            alt = book.alt_text(cell)
            assert len(alt) >= 30, (
                f"{cell.source.splitlines()[0]!r} draws a figure: describe it in mystnb.image.alt"
            )
            assert not re.match(r"(?i)(a |the )?(figure|image|plot)\b", alt), "say what is to be seen"


# ---------------------------------------------------------------- exercises


def exercises(notebook):
    """(name, imports of the cells before, stub, solution) of every exercise of a notebook."""
    found, imports = [], []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("exercise-"):
                name = tag.removeprefix("exercise-")
                following = (
                    later.source for later in notebook.cells[number + 1 :] if later.cell_type == "markdown"
                )
                hidden = next((source for source in following if "<details>" in source), "")
                fence = re.search(r"^```python\n(.*?)^```", hidden, re.M | re.S)
                assert fence, f"exercise {name}: no solution in a <details> block after it"
                found.append((name, "\n".join(imports), cell.source, fence[1]))
        if "google.colab" not in cell.source:
            tree = ast.parse(
                "\n".join(
                    line for line in cell.source.split("\n") if not line.lstrip().startswith(("%", "!"))
                )
            )
            imports += [
                ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
            ]
    return found


def function(name, imports, source):
    """Run imports and source in an empty namespace and hand back the function that they define."""
    space = {"__name__": "exercise"}
    exec(imports, space)
    exec(source, space)
    assert inspect.isfunction(space.get(name)), (
        f"exercise {name}: its cells have to define a function of that name"
    )
    return space[name]


EXERCISES = [(path.stem, *exercise) for path in NOTEBOOKS for exercise in exercises(read(path))]


@pytest.mark.parametrize(
    "chapter, name, imports, stub, solution", EXERCISES, ids=[f"{e[0]}-{e[1]}" for e in EXERCISES]
)
def test_the_stub_fails_and_the_solution_passes(chapter, name, imports, stub, solution, capsys):
    from sequifi_lite.teaching.exercises import check

    unfinished = function(name, imports, stub)
    capsys.readouterr()
    assert check(name, unfinished) is False
    assert capsys.readouterr().out.strip(), "a failed check gives a hint"
    assert check(name, function(name, imports, solution)) is True


@each
def test_exercises_are_in_every_chapter_and_in_no_details(path):
    assert (len(exercises(read(path))) >= 2) == (path in book.notebooks())
    assert path in book.notebooks() or not exercises(read(path))


# ---------------------------------------------------------------- the tools themselves


def example(*cells):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = list(cells)
    return notebook


CODE, TEXT = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def test_normal_form_drops_what_a_run_leaves_behind_and_keeps_what_the_page_needs():
    cell = CODE("x = 1  \nx\n", execution_count=7, outputs=[nbformat.v4.new_output("stream", text="1")])
    kept = {"tags": ["landing-figure"], "mystnb": {"image": {"alt": "words"}}}
    cell.metadata = {**kept, "execution": {"iopub": "now"}, "scrolled": True}
    messy = example(TEXT("# Title"), cell, CODE(""))
    messy.metadata = {"kernelspec": {"name": "mine", "display_name": "my machine"}, "widgets": {}}
    messy.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    clean = book.normalise(messy)
    assert [one.source for one in clean.cells] == ["# Title", book.first_cell(), "x = 1\nx"]
    assert clean.cells[2].outputs == [] and clean.cells[2].execution_count is None
    assert clean.cells[2].metadata == kept
    assert clean.metadata.kernelspec.name == "python3"
    assert clean.metadata.language_info == {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.validate(clean)


def test_normal_form_is_stable_and_ids_do_not_depend_on_position():
    notebook = example(TEXT("# Title"), CODE("x"), CODE("x"), CODE("y"))
    once = nbformat.writes(book.normalise(notebook)) + "\n"
    assert book.normal_text(once) == once
    ids = {cell.source + str(number): cell.id for number, cell in enumerate(book.normalise(notebook).cells)}
    assert len(set(ids.values())) == len(ids)
    longer = copy.deepcopy(notebook)
    longer.cells.insert(1, TEXT("new"))
    assert book.normalise(longer).cells[-1].id == book.normalise(notebook).cells[-1].id


def test_an_outdated_first_cell_is_replaced():
    old = book.first_cell().replace(f"@{addresses.ref()}", "@v0.0.1")
    clean = book.normalise(example(TEXT("# Title"), CODE(old), CODE("x")))
    assert [cell.source for cell in clean.cells] == ["# Title", book.first_cell(), "x"]


def test_rule_for_text_alternatives():
    assert book.needs_alt("plots.curve(run)") and book.needs_alt("ax.plot(x)\nplt.show()")
    assert not book.needs_alt("from sequifi_lite import plots")


def test_exercises_are_found():
    stub = CODE("def twice(x):\n    ...", metadata={"tags": ["exercise-twice"]})
    fence = "```python\ndef twice(x):\n    return math.floor(2 * x)\n```"
    solution = TEXT(f"<details><summary>Solution</summary>\n\n{fence}\n\n</details>")
    ((name, imports, unfinished, solved),) = exercises(
        example(CODE("import math\ny = 1"), stub, TEXT("Try it."), solution)
    )
    assert function(name, imports, unfinished)(3) is None and function(name, imports, solved)(3) == 6
    with pytest.raises(AssertionError, match="no solution"):
        exercises(example(stub, TEXT("nothing")))
