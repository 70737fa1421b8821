"""Code on a page without marks that change nothing.

Every word of a program is wrapped into an element that says what it is. Names, brackets and spaces have the
colour of the text around them, in light and dark: without their elements the page looks the same and is a
tenth lighter.
"""

from __future__ import annotations

import re

BLOCK = re.compile(r'<div class="highlight"><pre>.*?</pre>', re.S)
MARK = re.compile(r'<span class="(\w+)">([^<]*)</span>')
TWICE = re.compile(r'(<span class="(\w+)">)([^<]*)</span><span class="\2">')
INLINE = re.compile(r'(<code class="[^"]*">)<span class="pre">([^<]*)</span></code>')
RULE = re.compile(r"\.highlight(?: \.(\w+))?\s*\{([^}]*)\}")


def coloured(sheet: str) -> set[str]:
    """Classes of Pygments that some rule of a style sheet gives a look of their own.

    >>> sorted(coloured(".highlight{color:#111} .highlight .n{color:#111} .highlight .k{color:#222}"))
    ['k']
    """
    text, looks = set(), {}
    for name, body in RULE.findall(sheet):
        said = set(body.replace(" ", "").split(";")) - {""}
        if name:
            looks.setdefault(name, []).append(said)
        else:
            text |= {one for one in said if one.startswith("color:")}
    return {name for name, all_said in looks.items() if any(said - text for said in all_said)}


def plainer(page: str, colours: set[str]) -> str:
    """Take marks of other classes off the code of a page, and make one mark of two alike side by side.

    >>> plainer('<div class="highlight"><pre><span class="n">x</span><span class="s">"</span>'
    ...         '<span class="s">y"</span></pre>', {"s"})
    '<div class="highlight"><pre>x<span class="s">"y"</span></pre>'
    >>> plainer('<code class="literal"><span class="pre">x</span></code>', set())
    '<code class="literal">x</code>'
    >>> plainer('<code class="docutils literal notranslate">x</code>', set())
    '<code class="literal notranslate">x</code>'
    """

    def block(found: re.Match) -> str:
        text = MARK.sub(lambda mark: mark[0] if mark[1] in colours else mark[2], found[0])
        while (fewer := TWICE.sub(r"\1\3", text)) != text:
            text = fewer
        return text

    return INLINE.sub(r"\1\2</code>", BLOCK.sub(block, page)).replace(
        '<code class="docutils literal', '<code class="literal'
    )
