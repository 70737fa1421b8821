"""How the book is built.

Notebooks are executed once per change, and pages are made only from copies that ran green.

A copy's key is a hash of everything that can change its outputs: the notebook, the library with its data
files, the result tables and the pinned environment. Green copies lie in .book/store; conftest.py puts one
there when its test has passed, and nothing else does. So a failed notebook can never reach a page.

    python tools/book.py stage    fresh copies of all notebooks in .book/run, for pytest --nbmake --overwrite
    python tools/book.py build    execute what the store lacks, build aside, then put it into _build/html
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
from importlib import import_module
from pathlib import Path

import nbformat
import yaml
from addresses import first_cell, repository_url as repository_url, version as version, wheel_name
from dressing import dress, facts, reading_path
from dressing.formulas import FormulaError
from dressing.one_page import SheetError
from notebook_files import (
    CAPSTONES as CAPSTONES,
    DETAILS as DETAILS,
    ROOT as ROOT,
    committed as committed,
    details as details,
    executed as executed,
    notebooks as notebooks,
)
from words import WordsError, stage as stage_words

CELL_TIMEOUT = 120  # seconds for one cell; a whole notebook is to stay under 60
LANDING_TAG = "landing-figure"
PROMPTS_TOKENS = ("PROMPTS-HTML", "PROMPTS-LIST")  # in book/prompts.md: what asks, and all of it to read
PLAYGROUNDS = {  # page: the word that stands where the playground belongs, and which face of it
    "book/playground.md": ("PLAYGROUND-HTML", "page.html"),
    "book/index.md": ("PLAYGROUND-SMALL", "small.html"),
}
SITES = {  # page: the folder of the built book with its scripts and data, and the package that makes them
    "book/playground.md": ("playground", "sequifi_lite.teaching.playground.page"),
    "book/your_voice.md": ("voice", "sequifi_lite.teaching.voice"),
}
VOICE_TOKEN = "VOICE-HTML"  # in book/your_voice.md: where the page that listens belongs
ALT_TOKEN = "LANDING-FIGURE-ALT"  # stands in book/index.md where the figure's text alternative belongs

KEPT = " The book in _build/html is an earlier one."

STAMP = ".made-from"  # in the built book: a hash of all that it was made from


class BookError(Exception):
    """The book cannot be built; one sentence says why."""


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


def made_from(root: Path = ROOT) -> str:
    """Hash of everything that can change the pages."""
    digest = hashlib.sha256()
    for name in ("book", "notebooks", "results", "sequifi_lite", "tools"):
        for path in sorted(path for path in (root / name).rglob("*") if path.is_file()):
            if "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    for name in ("_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt"):
        digest.update((root / name).read_bytes())
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


def warned(ran: Path) -> str | None:
    """Find the first warning that a copy that ran has printed, if there is one."""
    for cell in nbformat.read(ran, as_version=4).cells:
        for output in cell.get("outputs", []):
            for line in output.text.splitlines() if output.get("name") == "stderr" else ():
                if "Warning: " in line:
                    return line
    return None


def keep(ran: Path, root: Path = ROOT) -> None:
    """Put a copy that ran green into the store, unless its inputs changed while it ran."""
    source = next((path for path in executed(root) if path.name == ran.name), None)
    keys = json.loads((root / ".book/run/keys.json").read_text())
    if source is None or keys.get(ran.name) != key(source, root):
        return
    target = stored(source, root)
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in target.parent.glob(f"{source.stem}.*.ipynb"):
        old.unlink()
    part = target.with_suffix(".tmp")
    shutil.copy(ran, part)
    os.replace(part, target)  # all or nothing: an interrupted run leaves no half copy


def execute_missing(root: Path = ROOT, jobs: int = 2) -> None:
    """Execute the notebooks that have no green copy, with the same pytest items as `make test`."""
    missing = [path for path in executed(root) if not stored(path, root).is_file()]
    print(f"notebooks: {len(executed(root))}, to execute: {len(missing)}", flush=True)
    if not missing:
        return
    run = stage(missing, root)
    arguments = ["--nbmake", "--overwrite", f"--nbmake-timeout={CELL_TIMEOUT}", "-q", str(run)]
    if len(missing) > 1:
        arguments = ["-n", str(jobs), *arguments]
    subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=root)
    keys = json.loads((run / "keys.json").read_text())
    if changed := [path.name for path in missing if keys[path.name] != key(path, root)]:
        raise BookError(
            f"The text, the library or results/ changed while {', '.join(changed)} ran, so their outputs may"
            " be of neither; try again, and change nothing meanwhile."
        )
    failed = [path.name for path in missing if not stored(path, root).is_file()]
    if failed:
        raise BookError(
            f"{', '.join(failed)} did not run to the end; the report above names the cell, mend it and try"
            " again."
        )


# ---------------------------------------------------------------- the pages


def landing_figure(copies: list[Path]) -> tuple[bytes, str]:
    """PNG and text alternative of the figure on the first page.

    The output of the cell tagged `landing-figure`.
    """
    for path in copies:
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


def check_alts(copies: list[Path]) -> None:
    """Every figure on a page needs a text alternative, whatever its source looks like."""
    for path in copies:
        for cell in nbformat.read(path, as_version=4).cells:
            drawn = any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
            if drawn and not alt_text(cell):
                raise BookError(
                    f"a figure in {path.name.split('.')[0]}.ipynb has no text alternative (cell {cell.id}:"
                    f" {cell.source.splitlines()[0]!r}); write one as mystnb.image.alt in the cell's"
                    " metadata."
                )


def stage_playground(pages: Path) -> None:
    """Put the playground into its page, and its small face onto the first one."""
    for name, (token, face) in PLAYGROUNDS.items():
        page = pages / name
        if page.is_file() and token in page.read_text():
            from sequifi_lite.teaching.playground.page import body

            page.write_text(page.read_text().replace(token, body("../playground", face)))


def stage_prompts(pages: Path) -> None:
    """Put the prompts into their page: to be asked, and as a list."""
    page = pages / "book/prompts.md"
    if page.is_file():
        from sequifi_lite.teaching.quiz import as_text, prompts

        html, listed = PROMPTS_TOKENS
        text = page.read_text().replace(listed, as_text())
        page.write_text(text.replace(html, prompts().html))


def stage_voices(pages: Path) -> None:
    """Put players into the cards of corpora whose clips can be heard."""
    for page in sorted((pages / "book/cards").glob("*.md")):
        text, token = page.read_text(), f"HEAR-{page.stem}"
        if token in text:
            from sequifi_lite.teaching.hear import moods

            page.write_text(text.replace(token, moods(page.stem).html))


def stage_voice(pages: Path) -> None:
    """Put its own part into the page that listens."""
    page = pages / "book/your_voice.md"
    if page.is_file():
        from sequifi_lite.teaching.voice import body

        page.write_text(page.read_text().replace(VOICE_TOKEN, body("../voice", "../playground")))


def stage_teachers(pages: Path, root: Path = ROOT) -> None:
    """Put what the chapters say into the page for teachers, and the starters to where it links."""
    page = pages / "book/teachers.md"
    if page.is_file():
        teaching_plan = import_module("teaching_plan")
        page.write_text(teaching_plan.filled(page.read_text(), root))
        shutil.copytree(root / CAPSTONES, pages / CAPSTONES)


def copy_sites(html: Path, root: Path = ROOT) -> None:
    """Put the scripts and data of the pages that train into the built book."""
    for page, (folder, package) in SITES.items():
        if (root / page).is_file():
            for name, content in import_module(package).site().items():
                path = html / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())


def copy_sources(html: Path, root: Path = ROOT) -> None:
    """Let the download button give a page's source as it is committed.

    A notebook without the outputs of this build, a text without what is put into it.
    """
    for path in sorted((html / "_sources").rglob("*.*")):
        source = root / path.relative_to(html / "_sources")
        if source.is_file():
            shutil.copy(source, path)


def copy_wheel(html: Path, root: Path = ROOT) -> None:
    """Put the library itself beside its book, so that first cells can install it from there."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(html / "_static")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode or not (html / "_static" / wheel_name(root)).is_file():
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise BookError(f"the wheel {wheel_name(root)} cannot be made ({said}); see pyproject.toml.")


def stage_pages(root: Path = ROOT) -> Path:
    """A clean folder with all that Jupyter Book needs.

    Configuration, prose, executed notebooks, the landing figure.
    """
    pages = root / ".book/pages"
    shutil.rmtree(pages, ignore_errors=True)
    (pages / DETAILS).mkdir(parents=True)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(root / name, pages / name)
    for folder in ("book", "results"):  # pages show tables of results as they stand
        shutil.copytree(root / folder, pages / folder, ignore=shutil.ignore_patterns("site"))
    copies = [stored(path, root) for path in executed(root)]
    check_alts(copies)
    for path, source in zip(copies, executed(root), strict=True):
        shutil.copy(path, pages / source.relative_to(root))
    png, alt = landing_figure(copies)
    (pages / "book/landing.png").write_bytes(png)
    index = pages / "book/index.md"
    index.write_text(index.read_text().replace(ALT_TOKEN, " ".join(alt.split())))
    stage_words(pages, root)
    stage_playground(pages)
    stage_prompts(pages)
    stage_voices(pages)
    stage_voice(pages)
    reading_path.stage(pages)
    stage_teachers(pages, root)
    return pages


def build(root: Path = ROOT, jobs: int = 2) -> None:
    """Execute what is missing, stage, build aside, swap.

    Always from nothing: a warm build hides pages that failed before. The book in `_build/html` is
    touched only when the new one is finished, so whoever stops this keeps what can be read.
    """
    execute_missing(root, jobs)
    pages, aside = stage_pages(root), root / ".book/built"
    shutil.rmtree(aside, ignore_errors=True)
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", str(pages), "--path-output", str(aside), "-W", "-n", "--keep-going"]
    done = subprocess.run([*command, "--quiet"], cwd=root, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        raise BookError(
            "Jupyter Book ended with the warnings or errors listed above; mend the pages that they name."
        )
    html = aside / "_build/html"
    copy_sites(html, root)
    copy_sources(html, root)
    dress(html, facts.read(root, pages))
    if (root / "book/teachers.md").is_file():
        import_module("slides").write(html, toc_files(root))
    copy_wheel(html, root)
    (html / STAMP).write_text(made_from(root))
    swap(html, root)
    print("the book: _build/html/index.html")


def swap(html: Path, root: Path = ROOT) -> None:
    """Put a finished book in the place of an earlier one."""
    place, earlier = root / "_build/html", root / ".book/earlier"
    shutil.rmtree(earlier, ignore_errors=True)
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        place.rename(earlier)
    html.rename(place)
    shutil.rmtree(earlier, ignore_errors=True)


def toc_files(root: Path = ROOT) -> list[str]:
    """All pages named in _toc.yml, without suffix."""
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def built(root: Path = ROOT) -> Path:
    """Find the built book of what stands here; `BookError` if there is none, or one of something else."""
    html = root / "_build/html"
    if not (html / STAMP).is_file() or (html / STAMP).read_text() != made_from(root):
        raise BookError("There is no built book of what stands here; type make book first.")
    return html


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("stage", "build", "strip"))
    parser.add_argument("--jobs", type=int, default=2, help="notebooks executed at a time")
    asked = parser.parse_args()
    try:
        if asked.what == "stage":
            stage(executed())
        elif asked.what == "build":
            build(jobs=asked.jobs)
        else:
            for path in committed():
                path.write_text(normal_text(path.read_text()))
    except (BookError, FormulaError, SheetError, WordsError, reading_path.PathError) as error:
        earlier = (ROOT / "_build/html/index.html").is_file() and asked.what == "build"
        print(f"error: {error}{KEPT if earlier else ''}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"error: {error.filename}: {error.strerror}; give this folder room and leave to write.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("error: stopped; what was finished is kept, the next call goes on from there.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
