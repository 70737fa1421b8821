"""The source model: what every learner of a replicate starts from."""

from __future__ import annotations

from ..data.problem import Problem
from ..errors import check_object, check_whole
from .heads import MLP
from .loop import train
from .methods.early_stopping import BestOnValidation
from .schedule import shuffled

STEPS = {"zscore": 1_000, "raw": 8_000, "l2": 8_000}  # unscaled features reach their plateau later


def train_source_model(
    problem: Problem, seed: int, steps: int = STEPS["zscore"], lr: float = 1e-3, hidden: int | tuple = 128
) -> MLP:
    """Train a fresh head on the first corpus of a problem, shuffled, to the plateau of its validation UAR.

    The run takes all `steps`; the weights with the best validation UAR, looked up every 25 steps and at the
    end, are kept.

    Parameters
    ----------
    problem : Problem
        Only the training and validation rows of its first corpus are used.
    seed : int
        Of the initial weights and of the order in which rows are seen.
    lr : float, learning rate of Adam
    hidden : int or sequence of int, width of the hidden layer or of each of them

    Returns
    -------
    MLP with one run
        theta_0 with a row for each of the K classes. Its ``origin`` tells seed, learning rate and steps to
        the weights that were kept: training anew for just so many gives the same weights, bit for bit.

    Examples
    --------
    >>> from sequifi_lite import load_problem, train_source_model
    >>> source_model = train_source_model(load_problem(["mesd", "emodb"], fold=0), seed=0, steps=50)
    >>> source_model.origin
    {'seed': 0, 'lr': 0.001, 'hidden': 128, 'steps': 50}
    """
    check_object("The problem", problem, "a Problem, as of load_problem", ("corpora", "parts"))
    seed, steps = check_whole("seed", seed, 0), check_whole("steps", steps)
    part = problem.parts[problem.corpora[0]]
    head = MLP([seed], problem.X.shape[1], hidden, len(problem.emotions))
    stop = BestOnValidation(problem.X, problem.y, part.valid)
    train(head, problem.X, problem.y, shuffled(part.train, steps, [seed]), lr=lr, consolidation=stop)
    head.origin = {"seed": seed, "lr": lr, "hidden": hidden, "steps": int(stop.best_step[0])}
    return head
