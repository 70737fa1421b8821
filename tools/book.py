"""How the book is built.

Notebooks are executed once per change, and pages are made only from copies that ran green.

A copy's key is a hash of everything that can change its outputs: the notebook, the library with its data
files, the result tables and the pinned environment. Green copies lie in .book/store; conftest.py puts one
there when its test has passed, and nothing else does. So a failed notebook can never reach a page.

    python tools/book.py stage    fresh copies of all notebooks in .book/run, for pytest --nbmake --overwrite
    python tools/book.py build    execute what the store lacks, then build _build/html
    python tools/book.py strip    bring notebooks/ into the committed form
"""

from __future__ import annotations

import argparse
import base64
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[1]
CELL_TIMEOUT = 120  # seconds for one cell; a whole notebook is to stay under 60
LANDING_TAG = "landing-figure"
PLAYGROUND_TOKEN = "PLAYGROUND-HTML"  # stands in book/playground.md where the page that trains belongs
VOICE_TOKEN = "VOICE-HTML"  # the same in book/your_voice.md
ALT_TOKEN = "LANDING-FIGURE-ALT"  # stands in book/index.md where the figure's text alternative belongs


class BookError(Exception):
    """The book cannot be built; one sentence says why."""


# ---------------------------------------------------------------- what stands once


def repository_url(root: Path = ROOT) -> str:
    """The repository's address; pyproject.toml is the one place where it stands."""
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]["urls"]["Repository"]


def version(root: Path = ROOT) -> str:
    """`__version__` of the library, read without importing it."""
    return re.search(r'^__version__ = "(.+)"$', (root / "sequifi_lite/__init__.py").read_text(), re.M)[1]


def first_cell(root: Path = ROOT) -> str:
    """Source of every notebook's first code cell.

    In Colab it installs the release that the notebook belongs to.
    """
    return (
        "import sys\n"
        "\n"
        'if "google.colab" in sys.modules:  # elsewhere the package is at hand already\n'
        f'    %pip install --quiet "sequifi_lite @ git+{repository_url(root)}@v{version(root)}"'
    )


# ---------------------------------------------------------------- notebooks in git


def normalise(notebook: nbformat.NotebookNode, root: Path = ROOT) -> nbformat.NotebookNode:
    """The committed form of a notebook: no outputs, no counts, ids from content, no trace of the machine.

    Kept are cell tags, `mystnb` metadata (captions, alt texts), the kernel's name and the lexer, without
    which a page with `%pip` gives a warning. The first code cell is set to `first_cell`.
    """
    out = nbformat.v4.new_notebook()
    out.nbformat, out.nbformat_minor = 4, 5
    out.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        **{key: copy.deepcopy(notebook.metadata[key]) for key in ("mystnb",) if key in notebook.metadata},
    }
    cells = [_plain(cell) for cell in notebook.cells if cell.source.strip()]
    code = [number for number, cell in enumerate(cells) if cell.cell_type == "code"]
    setup = nbformat.v4.new_code_cell(first_cell(root), metadata={"tags": ["hide-input"]})
    if code and "google.colab" in cells[code[0]].source:
        cells[code[0]] = setup
    else:
        cells.insert(code[0] if code else len(cells), setup)
    seen: dict[str, int] = {}
    for cell in cells:
        # An id from the content stays when cells are inserted before it, so a diff shows only what changed.
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    out.cells = cells
    return out


def _plain(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    metadata = {
        key: copy.deepcopy(cell.metadata[key]) for key in ("tags", "mystnb") if cell.metadata.get(key)
    }
    source = "\n".join(
        line.rstrip() if cell.cell_type == "code" else line for line in cell.source.split("\n")
    ).strip("\n")
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    return make[cell.cell_type](source, metadata=metadata)


def normal_text(text: str, root: Path = ROOT) -> str:
    """A notebook file's text in its committed form."""
    return nbformat.writes(normalise(nbformat.reads(text, as_version=4), root)).rstrip("\n") + "\n"


def needs_alt(source: str) -> bool:
    """The rule for text alternatives.

    A cell that calls `plots.…` (but `style`) or `….show(` draws a figure and needs one.
    """
    return bool(re.search(r"\bplots\.(?!style\b)\w|\.show\(", source))


def alt_text(cell: nbformat.NotebookNode) -> str:
    """The text alternative of a cell's figure (cell metadata mystnb.image.alt), or the empty string."""
    return cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()


def notebooks(root: Path = ROOT) -> list[Path]:
    """All committed notebooks, in the order of their numbers."""
    return sorted((root / "notebooks").glob("*.ipynb"))


# ---------------------------------------------------------------- the store of executed copies


def key(notebook: Path, root: Path = ROOT) -> str:
    """Hash of everything that can change what a notebook puts out."""
    digest = hashlib.sha256()
    files = [notebook, root / "requirements.txt"]
    for folder in ("sequifi_lite", "results"):
        files += sorted(
            path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
    for path in files:
        digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def stored(notebook: Path, root: Path = ROOT) -> Path:
    """Where the green copy of a notebook lies, if there is one."""
    return root / ".book/store" / f"{notebook.stem}.{key(notebook, root)}.ipynb"


def stage(chosen: list[Path], root: Path = ROOT) -> Path:
    """Fresh copies to be executed; beside them the keys they had when they were copied."""
    run = root / ".book/run"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    for path in chosen:
        shutil.copy(path, run / path.name)
    (run / "keys.json").write_text(json.dumps({path.name: key(path, root) for path in chosen}))
    return run


def keep(executed: Path, root: Path = ROOT) -> None:
    """Put a copy that ran green into the store, unless its inputs changed while it ran."""
    source = root / "notebooks" / executed.name
    keys = json.loads((root / ".book/run/keys.json").read_text())
    if not source.is_file() or keys.get(executed.name) != key(source, root):
        return
    target = stored(source, root)
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in target.parent.glob(f"{source.stem}.*.ipynb"):
        old.unlink()
    part = target.with_suffix(".tmp")
    shutil.copy(executed, part)
    os.replace(part, target)  # all or nothing: an interrupted run leaves no half copy


def execute_missing(root: Path = ROOT) -> None:
    """Execute the notebooks that have no green copy, with the same pytest items as `make test`."""
    missing = [path for path in notebooks(root) if not stored(path, root).is_file()]
    print(f"notebooks: {len(notebooks(root))}, to execute: {len(missing)}", flush=True)
    if not missing:
        return
    run = stage(missing, root)
    arguments = ["--nbmake", "--overwrite", f"--nbmake-timeout={CELL_TIMEOUT}", "-q", str(run)]
    if len(missing) > 1:
        arguments = ["-n", "2", *arguments]
    subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=root)
    failed = [path.name for path in missing if not stored(path, root).is_file()]
    if failed:
        raise BookError(
            f"{', '.join(failed)} did not run to the end; the report above names the cell, mend it and try"
            " again."
        )


# ---------------------------------------------------------------- the pages


def landing_figure(executed: list[Path]) -> tuple[bytes, str]:
    """PNG and text alternative of the figure on the first page.

    The output of the cell tagged `landing-figure`.
    """
    for path in executed:
        for cell in nbformat.read(path, as_version=4).cells:
            if LANDING_TAG not in cell.metadata.get("tags", []):
                continue
            images = [
                output.data["image/png"]
                for output in cell.get("outputs", [])
                if "image/png" in output.get("data", {})
            ]
            if not images or not alt_text(cell):
                name = path.name.split(".")[0]
                raise BookError(
                    f"cell {LANDING_TAG} of {name}.ipynb gave no PNG or has no mystnb.image.alt; it needs"
                    " both."
                )
            return base64.b64decode(images[0]), alt_text(cell)
    raise BookError(
        f"no executed notebook has a cell tagged {LANDING_TAG}; tag the one whose figure belongs on the first"
        " page."
    )


def check_alts(executed: list[Path]) -> None:
    """Every figure on a page needs a text alternative, whatever its source looks like."""
    for path in executed:
        for cell in nbformat.read(path, as_version=4).cells:
            drawn = any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
            if drawn and not alt_text(cell):
                raise BookError(
                    f"a figure in {path.name.split('.')[0]}.ipynb has no text alternative (cell {cell.id}:"
                    f" {cell.source.splitlines()[0]!r}); write one as mystnb.image.alt in the cell's"
                    " metadata."
                )


def stage_playground(pages: Path) -> None:
    """Put the playground's own part into its page."""
    page = pages / "book/playground.md"
    if page.is_file():
        from sequifi_lite.teaching.playground.page import body

        page.write_text(page.read_text().replace(PLAYGROUND_TOKEN, body("../playground")))


def copy_playground(root: Path = ROOT) -> None:
    """Put the scripts and the clips of the playground into the built book."""
    if (root / "book/playground.md").is_file():
        from sequifi_lite.teaching.playground.page import site

        for name, text in site().items():
            path = root / "_build/html/playground" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def stage_voice(pages: Path) -> None:
    """Put its own part into the page that listens."""
    page = pages / "book/your_voice.md"
    if page.is_file():
        from sequifi_lite.teaching.voice import body

        page.write_text(page.read_text().replace(VOICE_TOKEN, body("../voice", "../playground")))


def copy_voice(root: Path = ROOT) -> None:
    """Put the scripts and the encoder of the page that listens into the built book."""
    if (root / "book/your_voice.md").is_file():
        from sequifi_lite.teaching.voice import site

        for name, text in site().items():
            path = root / "_build/html/voice" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def drop_second_scripts(root: Path = ROOT) -> None:
    """Drop inline scripts that stand on a page twice: sphinx-thebe's does, and a browser reports an error."""
    for path in (root / "_build/html").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for script in set(re.findall(r"<script>const THEBE_JS_URL .*?</script>", text)):
            before, *parts = text.split(script)
            if len(parts) > 1:
                path.write_text(before + script + "".join(parts), encoding="utf-8")


def stage_pages(root: Path = ROOT) -> Path:
    """A clean folder with all that Jupyter Book needs.

    Configuration, prose, executed notebooks, the landing figure.
    """
    pages = root / ".book/pages"
    shutil.rmtree(pages, ignore_errors=True)
    (pages / "notebooks").mkdir(parents=True)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(root / name, pages / name)
    for folder in ("book", "results"):  # pages show tables of results as they stand
        shutil.copytree(root / folder, pages / folder)
    executed = [stored(path, root) for path in notebooks(root)]
    check_alts(executed)
    for path, source in zip(executed, notebooks(root), strict=True):
        shutil.copy(path, pages / "notebooks" / source.name)
    png, alt = landing_figure(executed)
    (pages / "book/landing.png").write_bytes(png)
    index = pages / "book/index.md"
    index.write_text(index.read_text().replace(ALT_TOKEN, " ".join(alt.split())))
    stage_playground(pages)
    stage_voice(pages)
    return pages


def build(root: Path = ROOT) -> None:
    """Execute what is missing, stage, build.

    Always from nothing: a warm _build hides pages that failed before.
    """
    shutil.rmtree(root / "_build", ignore_errors=True)
    execute_missing(root)
    pages = stage_pages(root)
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        "build",
        str(pages),
        "--path-output",
        str(root),
    ]
    done = subprocess.run([*command, "-W", "-n", "--keep-going", "--quiet"], cwd=root)
    if done.returncode:
        raise BookError(
            "Jupyter Book ended with the warnings or errors listed above; mend the pages that they name."
        )
    copy_playground(root)
    copy_voice(root)
    drop_second_scripts(root)
    print(f"the book: {(root / '_build/html/index.html').relative_to(root)}")


def toc_files(root: Path = ROOT) -> list[str]:
    """All pages named in _toc.yml, without suffix."""
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("stage", "build", "strip"))
    what = parser.parse_args().what
    try:
        if what == "stage":
            stage(notebooks())
        elif what == "build":
            build()
        else:
            for path in notebooks():
                path.write_text(normal_text(path.read_text()))
    except BookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
