"""The code lines that the page shows beside the ticks, run in their order, give the step's numbers."""

import math
import re

import numpy as np
import pytest

from tests.engine.lines import NETS, recorded
from tests.engine.nets import batch_names, check_equal, code_names, variable


@pytest.mark.parametrize("chosen", NETS)
def test_the_numpy_lines_give_the_numbers_of_one_step_and_run_again_of_the_next(chosen):
    trained, tapes = recorded(**chosen)
    names = {"np": np, "math": math, **code_names(tapes[0])}

    for tape in tapes:
        for tick in trained.schedule:
            names |= batch_names(tape, tick.index)
            exec(tick.code["numpy"], names)

            for name in tick.writes:
                check_equal(names[variable(name)], tape.at(name, tick.index + 1), f"{name} after {tick.code['numpy']}")


def test_pytorch_s_lines_leave_out_only_what_pytorch_has_no_name_for():
    trained, _ = recorded("tanh", {"type": "bce_with_logits"}, True)

    left_out = {
        name
        for tick in trained.schedule
        for name in tick.writes
        if not re.search(rf"^{variable(name)}(\.data)? \+?= ", tick.code["pytorch"], re.MULTILINE)
    }

    assert left_out == {"loss.terms"}
