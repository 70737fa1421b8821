"""Choose a method by three answers: what may be kept, whether the corpus is known, one corpus or a chain.

Words stand in `methods.json`; every number is read from the shipped tables when the chooser is drawn.
"""

from .described import KEEPS as KEEPS, gains as gains, rows as rows
from .table import chooser as chooser, printed as printed
