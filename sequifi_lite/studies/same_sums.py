"""Sums in one order on processors of two makers: what one measured comes out of the other, or nearly."""

import os
import platform
from pathlib import Path

#: What MKL calls the order in which results were summed.
AS_MEASURED = "AVX2,STRICT"


def processor() -> str:
    """Name the kind of processor, where the system tells: left alone, another kind rounds sums otherwise.

    Examples
    --------
    >>> from sequifi_lite.studies.same_sums import processor
    >>> isinstance(processor(), str)
    True
    """
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def sum_as_measured() -> None:
    """Have torch's float32 products summed on Intel's processors as they were where results were measured.

    The products are those of Intel's MKL, which picks an order of sums by the processor. Results were
    measured on AMD's, where it has one order. On Intel's it is asked for by name, in an environment variable:
    that is heeded until the first product of the process, and what somebody has set before, such as
    ``MKL_CBWR=AUTO`` for speed, stands. Some last bits still differ: most trainings end with the shipped
    predictions, a long or jumpy one may not (``results/trained-again`` counts them). Products of large
    matrices take up to twice as long, those of a head do not. Other processors have libraries of their own.

    Source: Intel, oneMKL developer guide, Conditional Numerical Reproducibility.

    Examples
    --------
    >>> import os
    >>> from sequifi_lite.studies.same_sums import processor, sum_as_measured
    >>> sum_as_measured()
    >>> "Intel" not in processor() or bool(os.environ["MKL_CBWR"])
    True
    """
    if "Intel" in processor():
        os.environ.setdefault("MKL_CBWR", AS_MEASURED)
