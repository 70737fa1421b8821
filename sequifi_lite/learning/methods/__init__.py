"""Change one or two answers of vanilla fine-tuning: one method per file, in the order of the book.

It imports from the rest of learning and what that may import; a new method is a file with a subclass of
`Method`, and a line here.
A change of a method makes receipts of its own variants stale, a change of what several share those of all
of them; this list touches none.
"""

# ruff: noqa: F401, I001  (in the order of the book)
from ...errors import unknown
from .method import Method
from .vanilla import Vanilla as Vanilla
from .zero_shot import ZeroShot as ZeroShot
from .majority import Majority as Majority
from .target_only import TargetOnly as TargetOnly
from .joint import Joint as Joint
from .cumulative import Cumulative as Cumulative
from .gdumb import GDumb as GDumb
from .l2_sp import L2SP as L2SP
from .ewc import EWC as EWC
from .si import SI as SI
from .mas import MAS as MAS
from .lwf import LwF as LwF
from .er import ER as ER
from .er_ace import ERACE as ERACE
from .gem import GEM as GEM
from .agem import AGEM as AGEM
from .der import DER as DER
from .derpp import DERPP as DERPP
from .interpolation import Interpolation as Interpolation
from .one_over_t import OneOverT as OneOverT
from .ema import EMA as EMA
from .swa import SWA as SWA
from .soup import Soup as Soup
from .greedy_soup import GreedySoup as GreedySoup
from .per_class_soup import PerClassSoup as PerClassSoup
from .ncm import NCM as NCM
from .slda import SLDA as SLDA
from .ranpac import RanPAC as RanPAC
from .router import Router as Router
from .bias_correction import BiasCorrection as BiasCorrection
from .weight_alignment import WeightAlignment as WeightAlignment
from .logit_adjustment import LogitAdjustment as LogitAdjustment


class _Methods(dict):
    def __missing__(self, name):
        raise unknown("method", name, self)


METHODS = _Methods(
    (value.name, value)
    for value in list(vars().values())
    if isinstance(value, type) and issubclass(value, Method) and value is not Method
)
"""Find a method by its name; ``METHODS["er"]()`` makes it, anew for every sequence of corpora.

Examples
--------
>>> from sequifi_lite import METHODS
>>> METHODS["ewc"].__name__
'EWC'
>>> [name for name in METHODS if "soup" in name]
['soup', 'greedy-soup', 'per-class-soup']
"""
