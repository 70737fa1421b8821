"""Change one or two answers of vanilla fine-tuning: one method per file, in the order of the book.

It imports from the rest of learning and what that may import; a new method is a file with a subclass of
`Method`, and a line here.
A change of a method makes receipts of its own variants stale, a change of what several share those of all
of them; this list touches none.
"""

# ruff: noqa: F401, I001  (in the order of the book)
from .method import Method
from .vanilla import Vanilla
from .zero_shot import ZeroShot
from .majority import Majority
from .target_only import TargetOnly
from .joint import Joint
from .cumulative import Cumulative
from .gdumb import GDumb
from .l2_sp import L2SP
from .ewc import EWC
from .si import SI
from .mas import MAS
from .lwf import LwF
from .er import ER
from .er_ace import ERACE
from .gem import GEM
from .agem import AGEM
from .der import DER
from .derpp import DERPP
from .interpolation import Interpolation
from .one_over_t import OneOverT
from .ema import EMA
from .swa import SWA
from .soup import Soup
from .greedy_soup import GreedySoup
from .per_class_soup import PerClassSoup
from .ncm import NCM
from .slda import SLDA
from .ranpac import RanPAC
from .bias_correction import BiasCorrection
from .weight_alignment import WeightAlignment
from .logit_adjustment import LogitAdjustment

METHODS = {
    value.name: value
    for value in list(vars().values())
    if isinstance(value, type) and issubclass(value, Method) and value is not Method
}
