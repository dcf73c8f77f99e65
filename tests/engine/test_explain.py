"""How a number came to be: the terms add up to it, and every factor is what the tick itself read."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.errors import NotComputedYet
from app.engine.explain import Explainer, Moment, look_of
from app.engine.graph import Role, derived
from app.engine.ops import ACTIVATIONS
from app.engine.presets import preset_spec
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import net, nets, record, training


class Run:
    """Some steps of a network, and an explanation of any number at any moment of them."""

    def __init__(self, trained, steps=1):
        self.trained = trained
        self.tapes = [record(trained) for _ in range(steps)]

    def explain(self, name, index=(), t=None):
        size = self.trained.ticks_per_step
        at = self.trained.t if t is None else t
        step = max(at - 1, 0) // size
        before = self.tapes[step - 1] if step else None
        moment = Moment(at, self.tapes[step], at - step * size, lambda: before)
        explainer = Explainer(self.trained.graph, self.trained.schedule, self.trained.spec.optimizer, moment)
        with np.errstate(all="ignore"):
            return explainer.explain(name, index)

    def after(self, name):
        """The moment just after `name` was written in the first step."""
        return self.trained.writers[name][0] + 1

    def value(self, factor, t):
        """What the tape has for a stored factor at a moment of the first step."""
        return self.tapes[0].at(factor.tensor, t)[factor.index]


def mazur(steps=1):
    return Run(Training(Spec.parse(preset_spec("mazur"))), steps)


def check_sum(terms, value):
    """A sum equals its terms when they differ by at most 1e-12 of the sum of the terms' magnitudes."""
    assert abs(math.fsum(term.value for term in terms) - value) <= 1e-12 * math.fsum(abs(t.value) for t in terms)


def every_number(run):
    """Every tensor and index that has a value at the end of a step."""
    for name in run.trained.graph.tensors:
        values = run.tapes[-1].at(name, run.trained.ticks_per_step)
        if values is not None:
            yield from ((name, index) for index in np.ndindex(*values.shape))


@settings(max_examples=40)
@given(nets())
def test_every_number_of_any_network_has_an_explanation_that_comes_to_it(spec):
    run = Run(Training(Spec.parse(spec)), steps=2)

    for name, index in every_number(run):
        made = run.explain(name, index)
        for terms in (made.terms, made.update.terms if made.update else ()):
            for term in terms:
                assert term.value == pytest.approx(math.prod(factor.value for factor in term.factors), rel=1e-12)
        if made.kind == "sum":
            check_sum(made.terms, made.value)
        elif made.kind == "function":
            assert made.function
            assert made.arguments
        elif made.kind == "parameter":
            assert made.update.value[1] == made.value
            change = run.tapes[-1].at(derived("u", name), run.trained.ticks_per_step)[index]
            check_sum(made.update.terms, change)
            assert made.update.value[0] + change == made.value
        else:
            assert name in ("input.a", "target.y") or name in spec["frozen"]


@settings(max_examples=25)
@given(nets())
def test_every_stored_factor_is_what_the_tape_has_and_any_other_says_how_it_is_had(spec):
    run = Run(Training(Spec.parse({**spec, "accumulate": 1})))

    for name, index in every_number(run):
        made = run.explain(name, index)
        for factor in [*made.arguments, *(factor for term in made.terms for factor in term.factors)]:
            if factor.tensor is None:
                assert factor.formula
            elif factor.tensor in run.trained.variables.views:
                before = run.tapes[0].start[factor.tensor][factor.index]
                state = run.trained.graph.tensors[factor.tensor].role is Role.STATE
                assert factor.value in ((before, run.value(factor, run.trained.ticks_per_step)) if state else (before,))
            else:
                assert factor.value == run.value(factor, run.trained.ticks_per_step)


@settings(max_examples=25)
@given(nets([activation.type for activation in ACTIVATIONS if activation.elementwise]))
def test_the_gradient_of_a_weight_has_three_factors_a_sample(spec):
    run = Run(Training(Spec.parse({**spec, "accumulate": 1, "penalty": {}})))
    layer = spec["layers"][0]["name"]
    batch = run.tapes[0].rows(0)

    made = run.explain(f"{layer}.dW", (0, 0))

    assert [term.sample for term in made.terms] == list(range(batch))
    for sample, term in enumerate(made.terms):
        da, slope, x = term.factors
        assert (da.tensor, da.index) == (f"{layer}.da", (sample, 0))
        assert slope.tensor is None
        assert (x.tensor, x.index) == ("input.a", (sample, 0))
        dz = run.tapes[0].at(f"{layer}.dz", run.trained.ticks_per_step)[sample, 0]
        assert da.value * slope.value == pytest.approx(dz, rel=1e-12)


def test_behind_softmax_a_gradient_has_a_term_for_every_unit_and_a_weight_s_has_two_factors():
    layers = [{"units": 3, "activation": "softmax"}, {"units": 2}]
    run = Run(Training(Spec.parse(net(layers=layers))))

    dz, dw = run.explain("hidden1.dz", (1, 2)), run.explain("hidden1.dW", (2, 0))

    assert [term.factors[0].index for term in dz.terms] == [(1, 0), (1, 1), (1, 2)]
    assert [factor.tensor for factor in dw.terms[1].factors] == ["hidden1.dz", "input.a"]


@pytest.mark.parametrize("ahead", [5, 9, 15, 30])
def test_where_one_unit_of_softmax_has_nearly_all_the_terms_still_add_up(ahead):
    layers = [{"units": 4, "activation": "softmax"}, {"units": 2}]
    start = {"hidden1.b": [0.1, ahead, -0.3, 0.2]}
    run = Run(training(layers=layers, parameters=start))

    for index in np.ndindex(2, 4):
        dz = run.explain("hidden1.dz", index)
        check_sum(dz.terms, dz.value)


def test_the_gradient_of_an_activation_has_a_term_for_every_unit_that_it_feeds():
    run = mazur()

    made = run.explain("hidden1.da", (0, 1))

    assert [[factor.tensor for factor in term.factors] for term in made.terms] == [["output.dz", "output.W"]] * 2
    assert [term.factors[1].index for term in made.terms] == [(0, 1), (1, 1)]


def test_after_the_update_a_sum_still_shows_the_weight_that_its_tick_read():
    run = mazur()

    weight = run.explain("output.z", (0, 0), t=15).terms[0].factors[1]

    assert (weight.tensor, weight.index) == ("output.W", (0, 0))
    assert weight.value == 0.4 != run.tapes[0].at("output.W", 15)[0, 0]


def test_an_explanation_is_the_same_at_every_later_moment_of_its_step():
    run = mazur()
    first = run.after("hidden1.dW")

    explanations = [run.explain("hidden1.dW", (0, 1), t) for t in range(first, 16)]

    assert len({(made.value, made.terms) for made in explanations}) == 1


def test_the_first_argument_of_an_activation_is_its_sum():
    made = mazur().explain("hidden1.a", (0, 1))

    assert (made.kind, made.function) == ("function", "sigmoid")
    assert [(argument.tensor, argument.index) for argument in made.arguments] == [("hidden1.z", (0, 1))]


def test_a_slope_says_its_formula_and_what_it_reads():
    _, slope, _ = mazur().explain("hidden1.dW", (1, 0)).terms[0].factors

    assert slope.formula == r"a\,(1 - a)"
    assert slope.reads == ("hidden1.a[0,1]",)
    assert slope.value == pytest.approx(0.596884378 * (1 - 0.596884378), rel=1e-8)


def test_a_hyper_parameter_stands_in_every_formula_with_its_value():
    leaky = [
        {"name": "hidden1", "units": 1, "activation": {"type": "leaky_relu", "negative_slope": 0.125}},
        {"units": 2},
    ]
    run = Run(training(layers=leaky))

    value, gradient = run.explain("hidden1.a", (0, 0)), run.explain("hidden1.dW", (0, 0))

    assert r"0.125\,z" in value.latex
    assert "0.125 & z" in gradient.terms[0].factors[1].formula
    codes = [text for tick in run.trained.schedule for text in (tick.latex, *tick.code.values())]
    assert sum("0.125" in text for text in codes) == 4
    assert not [text for text in codes if "$" in text]


def test_the_loss_is_the_mean_of_its_terms():
    run = Run(training())

    made = run.explain("loss.value")

    assert [[factor.value for factor in term.factors][1] for term in made.terms] == [0.2] * 5
    assert [term.factors[0].tensor for term in made.terms] == ["loss.terms"] * 5


@pytest.mark.parametrize("name", ["input.a", "target.y", "output.W", "output.b"])
def test_at_the_start_every_number_that_is_there_is_given(name):
    index = (0,) if name == "output.b" else (0, 0)

    made = mazur().explain(name, index, t=0)

    assert made.kind == "given"
    assert (made.terms, made.gradient, made.update) == ((), None, None)


def test_until_the_next_update_optimizer_state_is_what_the_last_one_made_of_it():
    run = Run(training(optimizer={"type": "adam"}), steps=2)
    step = run.trained.ticks_per_step

    first, done, later = (run.explain("output.mW", (0, 1), t=t) for t in (3, step, step + 1))

    assert first.kind == "given"
    assert (later.kind, later.terms, later.arguments) == (done.kind, done.terms, done.arguments) != ("given", (), ())


def test_before_its_first_update_a_weight_is_given_and_has_its_gradient_once_there_is_one():
    run = mazur()

    before, behind = (run.explain("output.W", (0, 0), t=run.after("output.dW") + more) for more in (-1, 0))

    assert (before.kind, before.gradient) == ("given", None)
    assert behind.kind == "given"
    assert behind.gradient.value == pytest.approx(0.082167041, abs=5e-10)


def test_a_frozen_parameter_is_given_with_its_gradient_however_late_it_is():
    made = mazur(steps=3).explain("output.b", (1,))

    assert (made.kind, made.value, made.update) == ("given", 0.6, None)
    assert made.gradient.terms


def test_an_updated_weight_tells_rule_rate_values_and_terms():
    run = mazur()

    made = run.explain("output.W", (0, 0))

    assert made.kind == "parameter"
    assert (made.update.rule, made.update.rate, made.update.t) == ("sgd", 0.5, 15)
    assert made.update.value == (0.4, made.value)
    assert made.update.state == ({}, {})
    assert [factor.value for factor in made.update.terms[0].factors] == [-0.5, made.gradient.value]
    assert math.fsum(term.value for term in made.update.terms) == run.tapes[0].at("output.uW", 15)[0, 0]
    assert made.value == 0.4 + run.tapes[0].at("output.uW", 15)[0, 0]


def test_in_the_middle_of_a_step_a_weight_has_the_update_of_the_step_before():
    run = mazur(steps=2)

    made = run.explain("output.W", (0, 0), t=15 + 2)

    assert made.kind == "parameter"
    assert made.update.t == 15
    assert made.update.value[0] == 0.4
    assert made.gradient is None


def test_in_the_update_phase_a_weight_has_this_step_s_update_and_the_next_the_one_before():
    run = mazur(steps=2)

    own, next_one = (run.explain(name, (0, 0), t=15 + 14) for name in ("hidden1.W", "output.W"))

    assert own.update.t == 15 + 14
    assert next_one.update.t == 15
    assert next_one.gradient.value == run.tapes[1].at("output.dW", 15)[0, 0]


def test_an_update_is_the_rate_times_the_gradient_that_its_tick_read():
    made = mazur().explain("hidden1.uW", (0, 1))

    (term,) = made.terms
    assert [factor.tensor for factor in term.factors] == [None, "hidden1.dW"]
    assert term.op == "sgd"
    assert term.value == made.value


def test_a_number_that_does_not_exist_yet_is_not_explained():
    with pytest.raises(NotComputedYet, match=r"output\.z is not computed yet at t = 2"):
        mazur().explain("output.z", (0, 0), t=2)


def test_a_gradient_over_micro_batches_has_a_term_for_every_sample_of_the_step():
    data = {"inline": {"x": [[1, 2], [3, 4], [5, 6], [7, 8]], "y": [[1, 0], [0, 1], [1, 1], [0, 0]]}}
    run = Run(training(data=data, batch_size=2, accumulate=2))

    made = run.explain("hidden1.dW", (0, 1))

    assert [term.sample for term in made.terms] == [0, 1, 2, 3]
    assert [term.factors[-1].value for term in made.terms] == [2, 4, 6, 8]
    check_sum(made.terms, made.value)


def test_a_penalty_is_a_term_of_the_loss_and_of_each_weight_s_gradient():
    run = Run(training(penalty={"l1": 0.3, "l2": 0.1}))
    w = run.tapes[0].start["hidden1.W"]

    weight, bias, loss = (
        run.explain(*one) for one in (("hidden1.dW", (0, 1)), ("hidden1.db", (0,)), ("loss.value", ()))
    )

    assert [term.op for term in weight.terms] == ["linear"] * 5 + ["penalty"] * 2
    assert weight.terms[-2].value == pytest.approx(0.2 * w[0, 1])
    assert weight.terms[-1].value == 0.3 * np.sign(w[0, 1])
    assert {term.op for term in bias.terms} == {"linear"}
    assert loss.terms[-1].factors[0].tensor == "loss.penalty"
    weights = [run.tapes[0].start[name] for name in ("hidden1.W", "output.W")]
    penalty = sum(0.1 * (w**2).sum() + 0.3 * np.abs(w).sum() for w in weights)
    assert loss.terms[-1].value == pytest.approx(penalty, rel=1e-12)


def test_a_gradient_that_is_no_single_product_is_not_made_for_every_sample(monkeypatch):
    run = Run(training(layers=[{"units": 6, "activation": "softmax"}, {"units": 2}]))
    asked = []
    monkeypatch.setattr(
        "app.engine.explain.look_of", lambda part, *given: (asked.append(part.writes), look_of(part, *given))[1]
    )

    assert len(run.explain("hidden1.dW", (0, 0)).terms) == 5
    assert asked == [("hidden1.dW",), ("hidden1.dz",)]
