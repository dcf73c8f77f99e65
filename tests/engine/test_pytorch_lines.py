"""The PyTorch lines of a step, run by PyTorch where it is installed, give the step's numbers."""

import math

import pytest

from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.lines import NETS, recorded
from tests.engine.nets import batch_names, check_equal, record, variable
from tests.golden.optimizers import by_name

torch = pytest.importorskip("torch", reason="PyTorch is no dependency; its lines are tested where it is there")


def run_lines(trained, tapes):
    """Run the lines of two steps, and compare every number with the tape's as soon as it is written."""
    parameters = {parameter.name for parameter in trained.graph.parameters()}
    names = {"torch": torch, "F": torch.nn.functional, "math": math}
    for name, values in tapes[0].start.items():
        names[variable(name)] = torch.tensor(values, requires_grad=name in parameters)

    for tape in tapes:
        names |= {"t": tape.step + 1, "epoch": tape.step // trained.steps_per_epoch}
        for tick in trained.schedule:
            if tick.index in trained.writers.first:
                names |= {name: torch.tensor(values) for name, values in batch_names(tape, tick.index).items()}
            exec(tick.code["pytorch"], names)

            for name in tick.writes:
                if variable(name) in names:
                    tensor = names[variable(name)]
                    if tick.phase == "forward":
                        tensor.retain_grad()
                    check_equal(
                        tensor.detach().numpy(), tape.at(name, tick.index + 1), f"{name}: {tick.code['pytorch']}"
                    )


@pytest.mark.parametrize("chosen", NETS)
def test_the_pytorch_lines_give_the_numbers_of_one_step_and_run_again_of_the_next(chosen):
    run_lines(*recorded(**chosen))


@by_name
def test_the_pytorch_lines_of_every_optimizer_give_its_updates(row):
    trained = Training(Spec.parse(row["spec"]))

    run_lines(trained, [record(trained), record(trained)])
