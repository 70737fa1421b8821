"""The order of sums that studies ask for: asked for in time, and nobody's own choice is undone."""

import os
import subprocess
import sys

import pytest
import torch

from sequifi_lite.studies.same_sums import AS_MEASURED, processor

BY_INTEL = "Intel" in processor() and torch.backends.mkl.is_available()
SAYS = "import os, sequifi_lite.studies; print(os.environ.get('MKL_CBWR'))"
BITS = """
import torch, {first}sequifi_lite
g = torch.Generator().manual_seed(5)
a, b = (torch.randn(size, generator=g) for size in ((32, 1024), (1024, 128)))
print((a @ b).view(torch.int32).long().sum().item())
"""


def said(program, **settings):
    env = {key: value for key, value in os.environ.items() if key != "MKL_CBWR"} | settings
    found = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def test_a_study_asks_for_the_order_on_intels_processors_and_leaves_a_choice_of_ones_own():
    assert said(SAYS) == (AS_MEASURED if "Intel" in processor() else "None")
    assert said(SAYS, MKL_CBWR="AUTO") == "AUTO"
    assert said("import os, sequifi_lite.learning; print(os.environ.get('MKL_CBWR'))") == "None"


@pytest.mark.skipif(not BY_INTEL, reason="torch multiplies with Intel's library on Intel's processors alone")
def test_it_is_heeded_though_torch_is_there_already():
    asked = said(BITS.format(first="sequifi_lite.studies, "))
    assert asked == said(BITS.format(first=""), MKL_CBWR=AS_MEASURED)
    other = said(BITS.format(first=""), MKL_CBWR="COMPATIBLE")
    assert asked != other  # so that the line above says something
