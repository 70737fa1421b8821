"""What the pages say of the book as a whole, read from the repository."""

from __future__ import annotations

import hashlib
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml
from addresses import ref, repository_url, site_url, version


@dataclass(frozen=True)
class Facts:
    """One book: `repository` and `site` are addresses (no slash behind), `changed` is a date or empty."""

    title: str
    description: str
    repository: str
    site: str
    version: str
    ref: str  # what first cells install, and what buttons open
    changed: str
    cited: str  # the title that CITATION.cff gives
    authors: str
    sources: Path  # the folder that the pages were built from

    def source(self, page: str) -> Path | None:
        """Where a page came from (``book/index.html``), or None: the index and the search have no source."""
        for ending in (".ipynb", ".md"):
            path = self.sources / (page.removesuffix(".html") + ending)
            if path.is_file():
                return path
        return None

    def print_of(self, page: str) -> str:
        """Twelve digits that tell one wording of a page from another, or the empty string."""
        source = self.source(page)
        return hashlib.sha256(source.read_bytes()).hexdigest()[:12] if source else ""


def last_change(root: Path) -> str:
    """Date of the last commit, as ``2026-11-28``; empty where there is no git or no history."""
    command = ["git", "log", "-1", "--format=%cs"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def read(root: Path, sources: Path) -> Facts:
    """Read all of it from a checkout."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    configuration = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    return Facts(
        title=configuration["title"],
        description=project["description"],
        repository=repository_url(root),
        site=site_url(root),
        version=version(root),
        ref=ref(root),
        changed=last_change(root),
        cited=citation["title"],
        authors=" and ".join(author["name"] for author in citation["authors"]),
        sources=sources,
    )
