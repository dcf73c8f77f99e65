"""The PyTorch lines of a step, run by PyTorch where it is installed, give the step's numbers."""

import pytest

from tests.engine.nets import check_equal
from tests.engine.test_code_lines import NETS, recorded, variable

torch = pytest.importorskip("torch", reason="PyTorch is no dependency; its lines are tested where it is there")


@pytest.mark.parametrize("chosen", NETS)
def test_the_pytorch_lines_give_the_numbers_of_one_step_and_run_again_of_the_next(chosen):
    trained, tapes = recorded(**chosen)
    parameters = {parameter.name for parameter in trained.graph.parameters()}
    names = {"torch": torch, "F": torch.nn.functional}
    for name, values in tapes[0].start.items():
        names[variable(name)] = torch.tensor(values, requires_grad=name in parameters)

    for tape in tapes:
        for tick in trained.schedule:
            exec(tick.code["pytorch"], names)

            for name in tick.writes:
                if variable(name) in names:
                    tensor = names[variable(name)]
                    if tick.phase == "forward":
                        tensor.retain_grad()
                    check_equal(
                        tensor.detach().numpy(), tape.at(name, tick.index + 1), f"{name}: {tick.code['pytorch']}"
                    )
