"""Questions to a chapter: a prediction before its main result, five questions, prompts that come back.

What is asked stands in JSON files, one a chapter (`questions/`), and in `prompts.json`. A number in them is
never typed: `{{pairs/means/variant=vanilla/both|1}}` is study, table, row, column and decimals, and is read
from the shipped results when the question is drawn.
"""

from ...studies.numbers import number as number
from .numbers import filled as filled
from .prompts import anki as anki, as_text as as_text, prompts as prompts
from .questions import chapters as chapters, predict as predict, quiz as quiz, read as read
