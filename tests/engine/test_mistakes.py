"""The mistakes that people make in backpropagation, made one at a time: each must fail at least one of the proofs.

The proofs are those of the other tests in this folder. A mistake keeps every shape, so that only numbers tell.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pytest

from app.engine import plan, training
from app.engine.graph import Graph
from app.engine.ops import Linear, Loss, activations, losses
from app.engine.ops.activations import Tanh
from app.engine.optimizers import SGD, Adam
from tests.engine import branching, test_fan_out, test_golden, test_gradients, test_optimizers
from tests.engine.proofs import check_adjoint
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, OPS, row_of

LINEAR = OPS[0]


def golden(name):
    row = next(row for row in test_golden.NETS if row["spec"]["name"] == name)
    return partial(test_golden.test_a_step_computes_what_pytorch_computes, row)


def trained(**keys):
    """The thousand steps of the first row whose spec says all of this."""
    row = next(
        row for row in test_optimizers.ROWS if keys.items() <= {**row["spec"]["optimizer"], **row["spec"]}.items()
    )
    return partial(test_optimizers.test_a_thousand_steps_lead_where_pytorch_s_lead, row)


def complex_step(activation, loss):
    return partial(test_gradients.test_no_gradient_is_skipped_away_from_kinks, {"type": activation}, {"type": loss})


def shared_weights():
    test_fan_out.test_the_gradient_of_what_is_used_twice_is_the_complex_step(branching.shared_weights())


def adjoint(rows, name):
    return partial(check_adjoint, row_of(rows, name))


def dropped_slope(patch):
    patch.setattr(Tanh, "dz", lambda self, da, a, dz: np.copyto(dz, da))


def transposed_weight(patch):
    def dx(self, dz, W, dx):
        dz.dot(W.T if W.shape[0] == W.shape[1] else W, dx)

    patch.setattr(Linear, "dx", dx)


def missing_share(patch):
    right = Loss.da

    def da(self, a, y, da):
        right(self, a, y, da)
        da /= self.scale(*a.shape)

    patch.setattr(Loss, "da", da)


def overwritten_gradient(patch):
    right = plan._bind_part
    patch.setattr(plan, "_bind_part", lambda part, buffers: right(replace(part, adds=False), buffers))


def bias_over_the_wrong_axis(patch):
    def db(self, dz, db):
        np.copyto(db, dz.sum(axis=int(dz.shape[0] == dz.shape[1])))

    patch.setattr(Linear, "db", db)


def softmax_without_its_shift(patch):
    def softmax(z, out):
        np.divide(np.exp(z), np.exp(z).sum(axis=1, keepdims=True), out=out)

    patch.setattr(activations, "softmax", softmax)


def cross_entropy_without_its_shift(patch):
    def forward(self, a, y, terms, p, value):
        np.divide(np.exp(a), np.exp(a).sum(axis=1, keepdims=True), out=p)
        np.negative(np.log(p[losses._classes(y)]), out=terms)
        self.join(terms, value)

    patch.setattr(losses.CrossEntropy, "forward", forward)


def penalty_on_biases(patch):
    right = Graph.penalize

    def penalize(self, penalty):
        right(self, penalty)
        self.penalized = tuple(parameter.name for parameter in self.parameters()) if self.penalized else ()

    patch.setattr(Graph, "penalize", penalize)


def momentum_s_sign(patch):
    right = SGD.update_with_momentum

    def update(self, dw, w, count, minus_rate, m, uw):
        if count != 1:
            np.negative(m, out=m)
        right(self, dw, w, count, minus_rate, m, uw)

    patch.setattr(SGD, "update_with_momentum", update)


def adam_without_bias_correction(patch):
    patch.setattr(Adam, "divisor", lambda self, v, count: np.sqrt(v) + self.eps)
    patch.setattr(Adam, "effective", lambda self, minus_rate, count: minus_rate)


def output_updated_too_early(patch):
    """The updates of the last layer come as soon as its gradients are there, and the way back goes on through the new
    weights."""
    right = training.schedule

    def schedule(*given):
        ticks = right(*given)
        updates = [tick for tick in ticks if tick.phase == "update" and tick.layer == "output"]
        rest = [tick for tick in ticks if tick not in updates]
        back = next(i for i, tick in enumerate(rest) if tick.writes == ("hidden1.da",))
        return [replace(tick, index=i) for i, tick in enumerate([*rest[:back], *updates, *rest[back:]])]

    patch.setattr(training, "schedule", schedule)


@dataclass(frozen=True)
class Mistake:
    make: Callable[[pytest.MonkeyPatch], None]
    proofs: tuple[Callable[[], None], ...]


MISTAKES = [
    Mistake(
        dropped_slope,
        (adjoint(ACTIVATION_ROWS, "tanh"), golden("tanh, mse, mean"), complex_step("tanh", "mse")),
    ),
    Mistake(transposed_weight, (partial(check_adjoint, LINEAR),)),
    Mistake(missing_share, (adjoint(LOSS_ROWS, "mse"), golden("tanh, mse, mean"), complex_step("tanh", "mse"))),
    Mistake(
        overwritten_gradient,
        (
            partial(
                test_fan_out.test_the_gradient_of_what_is_used_twice_is_the_complex_step, branching.shared_weights()
            ),
            trained(accumulate=3),
        ),
    ),
    Mistake(bias_over_the_wrong_axis, (partial(check_adjoint, LINEAR),)),
    Mistake(softmax_without_its_shift, (test_gradients.test_softmax_and_cross_entropy_hold_for_sums_far_out,)),
    Mistake(cross_entropy_without_its_shift, (test_gradients.test_softmax_and_cross_entropy_hold_for_sums_far_out,)),
    Mistake(penalty_on_biases, (trained(penalty={"l2": 0.01}),)),
    Mistake(momentum_s_sign, (trained(type="sgd", momentum=0.9),)),
    Mistake(
        adam_without_bias_correction,
        (test_optimizers.test_adam_s_first_update_is_the_rate_against_the_gradient_s_sign, trained(type="adam")),
    ),
    Mistake(output_updated_too_early, (golden("tanh, mse, mean"), complex_step("tanh", "mse"))),
]
PROOFS = [
    pytest.param(mistake.make, proof, id=f"{mistake.make.__name__} {i}")
    for mistake in MISTAKES
    for i, proof in enumerate(mistake.proofs)
]


@pytest.mark.parametrize(("mistake", "proof"), PROOFS)
def test_a_proof_fails_where_the_mistake_is_made_and_holds_where_it_is_not(mistake, proof):
    proof()

    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        mistake(patch)
        with pytest.raises(AssertionError):
            proof()

    proof()
