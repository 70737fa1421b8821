"""What holds for every test and every executed notebook.

No network, one thread each, and the store of green notebooks.
"""

import os
import sys
from pathlib import Path

import matplotlib
import pytest

matplotlib.use("agg")

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tools"))

# Before torch is imported, here and in the notebooks' kernels: with two processes on two cores more threads
# cost time.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# A test that would download something is a mistake; readers need none of these.
for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
    os.environ.setdefault(name, "1")
os.environ.pop("MPLBACKEND", None)  # a reader's own choice would keep figures out of the notebooks
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one in the user's home
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """The one way into the store: the copy's own test has passed."""
    outcome = yield
    report = outcome.get_result()
    if (
        getattr(item, "nbmake", False)
        and item.config.option.overwrite
        and report.when == "call"
        and report.passed
    ):
        import book

        ran = Path(item.filename)
        if warned := book.warned(ran):
            report.outcome = "failed"
            report.longrepr = f"{ran.name} prints a warning, and its page would; mend its cause: {warned}"
        else:
            book.keep(ran)
