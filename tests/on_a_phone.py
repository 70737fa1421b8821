"""How large the words of a figure are on a telephone."""

from matplotlib.figure import Figure
from matplotlib.text import Text


def words_of(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def smallest(words: list[Text], figure: Figure) -> float:
    """Height of the smallest, in px, where the figure is 358 px wide."""
    return min(text.get_fontsize() for text in words) / 72 * 358 / figure.get_figwidth()
