"""Names, roles and marks that a keyboard and a screen reader need, where the theme leaves them out."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def mend(soup: BeautifulSoup) -> None:
    """Mend what is the same on every page, in place."""
    name_buttons(soup)
    word_folds(soup)
    mend_tables(soup)
    mend_lists(soup)
    for tag in soup.find_all("meta", attrs={"name": "viewport"})[1:]:
        tag.decompose()


def name_buttons(soup: BeautifulSoup) -> None:
    """A button says in words what it does; a name that hides other visible words is taken off."""
    for button in soup.select("button, .btn"):
        words = " ".join(button.get_text().split())
        if words and "aria-label" in button.attrs:
            del button["aria-label"]
        if not words and "aria-label" not in button.attrs:
            button["aria-label"] = button.get("title") or button.get("data-bs-title", "")
    for icon in soup.select("i[class*=fa-], span[class*=fa-], .fas, .fab"):
        icon["aria-hidden"] = "true"
    for link in soup.select("a.headerlink"):
        heading = " ".join(link.parent.get_text().removesuffix("#").split())
        link["aria-label"] = f"# Link to: {heading}"
    for picture in soup.select(".btn__icon-container img"):
        picture["alt"] = ""  # the word stands beside it


def word_folds(soup: BeautifulSoup) -> None:
    """What is folded says what it is: "Show the code of this figure", not "Toggle hidden content"."""
    for summary in soup.select("summary[aria-label]"):
        del summary["aria-label"]
    for fold in soup.select(".cell details.above-input"):
        name = folded_code(fold)
        for word, part in (("Show", "collapsed"), ("Hide", "expanded")):
            if tag := fold.summary.select_one(f".{part}"):
                tag.string = f"{word} {name}"
    for tag in soup.select("[role=heading] > .caption-text"):
        tag.parent["aria-level"] = "2"


def folded_code(fold: Tag) -> str:
    """Name the code of a folded cell by what comes of it.

    >>> from bs4 import BeautifulSoup
    >>> cell = '<div class="cell"><details>x = 1</details><div class="cell_output"><img></div></div>'
    >>> folded_code(BeautifulSoup(cell, "html.parser").details)
    'the code of this figure'
    """
    code, output = fold.get_text(), fold.find_parent(class_="cell").select_one(".cell_output")
    if "google.colab" in code:
        return "the installation"
    if output is None:
        return "the imports" if "import " in code else "the code"
    for made, name in (("script", "part"), ("img", "figure"), ("table", "table")):
        if output.find(made):
            return f"the code of this {name}"
    return "the code of this output"


def mend_tables(soup: BeautifulSoup) -> None:
    """A head whose cells are all empty is none; a cell that heads a row or a column says so."""
    for head in soup.select("thead"):
        if not head.get_text(strip=True) and not head.find(["img", "input"]):
            head.decompose()
    for cell in soup.select("thead th"):
        if cell.get_text(strip=True):
            cell.attrs.setdefault("scope", "col")
        else:
            cell.name = "td"  # the corner of a table heads nothing
            cell.attrs.pop("scope", None)
    for cell in soup.select("tbody th"):
        cell.attrs.setdefault("scope", "row")


def mend_lists(soup: BeautifulSoup) -> None:
    """What calls itself a list holds items alone; what holds something else is none."""
    for tag in soup.select("[role=list]"):
        children = tag.find_all(True, recursive=False)
        if not all(child.name == "li" or child.get("role") == "listitem" for child in children):
            del tag["role"]
            for child in children:
                if child.get("role") in ("listitem", "doc-biblioentry"):
                    del child["role"]
