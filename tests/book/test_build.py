"""The way from notebooks to pages: what is stored, what has to agree; nothing that failed gets through."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import addresses
import nbformat
import pytest
import yaml
from dressing.one_page import SECTIONS

import book

ROOT = Path(__file__).resolve().parents[2]


def test_python_files_are_in_style():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--quiet", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------- what has to agree


def test_the_repository_address_and_the_version_agree_everywhere():
    url, version = book.repository_url(), book.version()
    ref = addresses.ref()
    assert ref == f"v{version}" or not re.match(r"v\d", ref), "a tag of another version"
    repository = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]
    assert repository["url"] == url and repository["branch"] == ref
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == url and str(citation["version"]) == version
    assert f"git+{url}@{ref}" in (ROOT / "README.md").read_text()


def test_every_page_is_in_the_table_of_contents():
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "book").rglob("*.md")}
    pages |= {path.relative_to(ROOT).with_suffix("").as_posix() for path in book.executed()}
    assert pages == set(book.toc_files()) and len(book.toc_files()) == len(pages)


def test_the_book_says_of_each_corpus_what_the_licence_file_says():
    def terms(path, column):
        lines = [line for line in (ROOT / path).read_text().splitlines() if "|" in line]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return {row[0]: row[column] for row in rows if len(row) > column}

    licences, page = terms("DATA_LICENSES.md", 2), terms("book/corpora.md", 1)
    for corpus in ("CREMA-D", "RAVDESS (speech)", "Emo-DB", "MESD", "ShEMO", "nEMO"):
        assert page[corpus] == licences[corpus], corpus


def steps(workflow):
    loaded = yaml.safe_load((ROOT / ".github/workflows" / workflow).read_text())
    return [step for job in loaded["jobs"].values() for step in job["steps"]]


def test_ci_is_the_two_commands_and_what_was_built_in_a_browser():
    script = (ROOT / ".ci/run").read_text()
    order = [script.index(f"make {command} </dev/null") for command in ("test", "book", "site")]
    assert os.access(ROOT / ".ci/run", os.X_OK) and order == sorted(order)
    assert [step["run"] for step in steps("book.yml") if "run" in step] == [".ci/run"]


def test_pages_are_published_from_tags_alone_after_the_same_commands():
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text()
        loaded = yaml.safe_load(text)
        trigger = loaded.get("on", loaded.get(True))  # YAML 1.1 reads "on" as true
        if "deploy-pages" in text or "pypi-publish" in text:
            assert trigger == {"push": {"tags": ["v*"]}}, path.name
    script = (ROOT / ".ci/publish").read_text()
    assert os.access(ROOT / ".ci/publish", os.X_OK)
    order = [script.index(f"\n{command}") for command in ("make released", "if [", ".ci/run", "make dist")]
    assert order == sorted(order)
    pushed = script.index("git push")
    assert order[-1] < pushed, (
        "first cells of the pages that are out install what is pushed: only what passed"
    )


def test_each_command_of_a_workflow_is_there():
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for step in steps(path.name):
            for target in re.findall(r"make (\w+)", step.get("run", "")):
                assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M), target
            for name in re.findall(r"(?:^|python )((?:\.ci|tools)/\S+)", step.get("run", "")):
                assert (ROOT / name).is_file(), name


# ---------------------------------------------------------------- from notebook to page, in a small book of
# its own

SMALL = ("pyproject.toml", "requirements.txt", "_config.yml", "README.md", "DATA_LICENSES.md", "CITATION.cff")
GOOD = "import little\nimport matplotlib.pyplot as plt\nplt.plot([little.N, 2])\nplt.show()"


@pytest.fixture
def small(tmp_path):
    """A project with one notebook, a two-line library and one page, built by the real conftest and tools."""
    for folder in ("notebooks", "book", "results", "sequifi_lite", "tools"):
        (tmp_path / folder).mkdir()
    tools = ("book", "addresses", "notebook_files", "words")
    for name in ("conftest.py", *(f"tools/{tool}.py" for tool in tools), *SMALL):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("tools/dressing", "book/site"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "sequifi_lite/teaching").mkdir()
    (tmp_path / "sequifi_lite/teaching/__init__.py").touch()  # of it the book's own scripts need two modules
    shutil.copy(ROOT / "sequifi_lite/teaching/dense.py", tmp_path / "sequifi_lite/teaching")
    shutil.copytree(ROOT / "sequifi_lite/teaching/assets", tmp_path / "sequifi_lite/teaching/assets")
    (tmp_path / "little.py").write_text("from sequifi_lite import N\n")
    (tmp_path / "sequifi_lite/__init__.py").write_text('__version__ = "0.1.0"\nN = 1\n')
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n- caption: Start\n  chapters:\n  - file:"
        " notebooks/01_small\n"
    )
    (tmp_path / "book/index.md").write_text(
        "# Small\n\nA book.\n\n```{figure} landing.png\n:alt: LANDING-FIGURE-ALT\n```\n"
        + "".join(f"\n## {name.replace('-', ' ').capitalize()}\n\nWords.\n" for name in SECTIONS)
    )
    (tmp_path / "book/references.bib").write_text("")
    shutil.copy(ROOT / "book/favicon.svg", tmp_path / "book/favicon.svg")
    write_notebook(tmp_path, GOOD)
    return tmp_path


def write_notebook(root, source, alt="A line that rises.", tags=("landing-figure",)):
    notebook = nbformat.v4.new_notebook()
    metadata = {"tags": list(tags), "mystnb": {"image": {"alt": alt}}}
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Small"),
        nbformat.v4.new_code_cell(source, metadata=metadata),
    ]
    (root / "notebooks/01_small.ipynb").write_text(nbformat.writes(book.normalise(notebook, root)))


def run(root, *arguments):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": str(root)},
    )


def build(root):
    done = run(root, "tools/book.py", "build")
    return done.returncode, done.stdout + done.stderr


def green(root):
    return sorted((root / ".book/store").glob("*"))


def test_a_notebook_is_executed_once_per_change(small):
    code, said = build(small)
    assert code == 0, said
    assert "to execute: 1" in said and len(green(small)) == 1
    page = (small / "_build/html/book/index.html").read_text()
    assert "A line that rises." in page and book.ALT_TOKEN not in page
    assert "A line that rises." in (small / "_build/html/notebooks/01_small.html").read_text()
    with zipfile.ZipFile(small / "_build/html/_static" / addresses.wheel_name(small)) as wheel:
        assert "sequifi_lite/__init__.py" in wheel.namelist(), "the book carries the library beside it"
    download = (small / "_build/html/_sources/notebooks/01_small.ipynb").read_text()
    assert download == (small / "notebooks/01_small.ipynb").read_text()

    first = green(small)[0]
    code, said = build(small)
    assert code == 0 and "to execute: 0" in said and "passed" not in said, said

    (small / "sequifi_lite/__init__.py").write_text('__version__ = "0.1.0"\nN = 3\n')
    code, said = build(small)
    assert code == 0 and "to execute: 1" in said, said
    assert len(green(small)) == 1 and green(small)[0] != first


def test_a_failing_notebook_fails_both_commands_each_time(small):
    write_notebook(small, GOOD + "\nraise RuntimeError('broken on purpose')")
    (small / "_build/html").mkdir(parents=True)
    (small / "_build/html/index.html").write_text("an earlier book")
    for _ in range(2):
        code, said = build(small)
        assert code != 0 and "01_small.ipynb did not run to the end" in said, said
        assert "is an earlier one" in said and not green(small)  # it stays readable, and is not taken for new
        assert (small / "_build/html/index.html").read_text() == "an earlier book"
    broken = ("raise RuntimeError('broken on purpose')", "broken on purpose")
    for last, complaint in (
        broken,
        broken,
        ("import warnings\nwarnings.warn('seen on the page')", "mend its cause: "),
    ):
        write_notebook(small, f"{GOOD}\n{last}")
        assert run(small, "tools/book.py", "stage").returncode == 0
        done = run(small, "-m", "pytest", "--nbmake", "--overwrite", "-q", ".book/run")
        assert done.returncode == 1 and complaint in done.stdout and not green(small), done.stdout


def test_a_change_while_notebooks_run_is_told_as_one(small):
    """And not as a notebook that failed, which there is none of."""
    write_notebook(small, GOOD + "\nopen('../../sequifi_lite/__init__.py', 'a').write('M = 1\\n')")
    code, said = build(small)
    assert code != 0 and "changed while 01_small.ipynb ran" in said and "did not run" not in said, said
    assert not green(small)


def test_a_copy_whose_library_changed_while_it_ran_is_not_kept(small):
    copy = book.stage(book.notebooks(small), small) / "01_small.ipynb"
    (small / "sequifi_lite/__init__.py").write_text('__version__ = "0.1.0"\nN = 4\n')
    book.keep(copy, small)
    assert not green(small)
    book.stage(book.notebooks(small), small)
    book.keep(copy, small)
    assert len(green(small)) == 1


def test_details_pages_go_the_way_of_chapters(small):
    (small / book.DETAILS).mkdir()
    inner = small / book.DETAILS / "01_more.ipynb"
    shutil.copy(small / "notebooks/01_small.ipynb", inner)
    copies = book.stage(book.executed(small), small)
    assert sorted(path.name for path in copies.glob("*.ipynb")) == ["01_more.ipynb", "01_small.ipynb"]
    for path in copies.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        image = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
        notebook.cells[-1].outputs = [image]
        nbformat.write(notebook, path)
        book.keep(path, small)
    assert [path.name.split(".")[0] for path in green(small)] == ["01_more", "01_small"]
    pages = book.stage_pages(small)
    assert "image/png" in (pages / book.DETAILS / "01_more.ipynb").read_text()
    html = small / "html"
    (html / "_sources" / book.DETAILS).mkdir(parents=True)
    shutil.copy(pages / book.DETAILS / "01_more.ipynb", html / "_sources" / book.DETAILS)
    book.copy_sources(html, small)
    assert (html / "_sources" / book.DETAILS / "01_more.ipynb").read_text() == inner.read_text()


@pytest.mark.parametrize("what", ["notebook", "library", "data", "results", "pins"])
def test_the_key_follows_everything_that_can_change_an_output(small, what):
    path = {
        "notebook": small / "notebooks/01_small.ipynb",
        "library": small / "sequifi_lite/__init__.py",
        "data": small / "sequifi_lite/data/table.parquet",
        "results": small / "results/table.csv",
        "pins": small / "requirements.txt",
    }[what]
    notebook = small / "notebooks/01_small.ipynb"
    before = book.key(notebook, small)
    assert before == book.key(notebook, small)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    assert book.key(notebook, small) != before


@pytest.mark.parametrize(
    "tags, alt, complaint", [((), "A line.", "no executed notebook"), (("landing-figure",), "", "alt")]
)
def test_a_page_without_its_figure_or_alt_text_is_not_built(small, tags, alt, complaint):
    write_notebook(small, GOOD, alt=alt, tags=tags)
    book.stage(book.notebooks(small), small)
    image = {"image/png": "iVBORw0KGgo="}
    executed = small / ".book/run/01_small.ipynb"
    notebook = nbformat.read(executed, as_version=4)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data=image)]
    nbformat.write(notebook, executed)
    book.keep(executed, small)
    with pytest.raises(book.BookError, match=complaint) as caught:
        book.stage_pages(small)
    assert "\n" not in str(caught.value)


def test_a_warning_of_the_book_fails_the_build(small):
    (small / "book/index.md").write_text(
        "# Small\n\n```{figure} landing.png\n:alt: LANDING-FIGURE-ALT\n```\n\n{term}`nowhere`\n"
    )
    for _ in range(2):
        code, said = build(small)
        assert code != 0 and "nowhere" in said, said


def test_make_clean_keeps_the_environment():
    text = (ROOT / "Makefile").read_text()
    recipe = re.search(r"^clean:.*\n((?:\t.*\n)+)", text, re.M)[1]
    removed = re.findall(r"rm -rf ([^\n{]+)", recipe)[0].split()
    assert {"_build", ".book"} <= set(removed) and ".venv" not in removed
    assert ".venv" in re.search(r"^distclean:.*\n((?:\t.*\n)+)", text, re.M)[1]


def test_help_lists_every_command():
    done = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines()} >= {
        "book",
        "test",
        "clean",
        "distclean",
        "strip",
        "lint",
    }
