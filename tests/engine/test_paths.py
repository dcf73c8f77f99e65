"""The paths from a number to the loss: all of them where they can be told one by one, and what they add up to."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import IndexOutOfRange, InvalidRequest, NetworkTooLarge, NotComputedYet
from app.engine.explain import Explainer, Moment
from app.engine.graph import INPUT, TARGET, Graph, Role, derived
from app.engine.ops import ACTIVATIONS, LOSSES, LinearWithoutBias
from app.engine.optimizers import SGD
from app.engine.paths import PathFinder
from app.engine.plan import Phase
from app.engine.presets import preset_spec
from app.engine.spec import Spec
from app.engine.terms import Sum, Term, address
from app.engine.training import Training
from tests.engine import branching
from tests.engine.nets import fitting, net, nets, record

ALL = 1_000_000


class Run:
    """One step of a network, and the paths of any of its numbers."""

    def __init__(self, spec):
        trained = Training(Spec.parse(spec))
        self.graph, self.schedule = trained.graph, trained.schedule
        self.tape = record(trained)

    @classmethod
    def of(cls, graph):
        """A step of a graph built by hand."""
        made = cls.__new__(cls)
        made.graph = graph
        made.schedule, made.tape = branching.run(graph)
        return made

    def moment(self, ticks=None):
        ticks = len(self.schedule) if ticks is None else ticks
        return Moment(ticks, self.tape, ticks, lambda: None)

    def paths(self, name, index, limit=ALL, sample=None, ticks=None, most=ALL):
        finder = PathFinder(self.graph, self.schedule, self.moment(ticks), most)
        with np.errstate(all="ignore"):
            return finder.find(name, index, limit, sample)

    def gradient(self, name, index):
        return self.tape.at(derived("d", name), len(self.schedule))[index]

    def parameters(self):
        """Every parameter and index."""
        for tensor in self.graph.parameters():
            yield from ((tensor.name, index) for index in np.ndindex(*self.tape.start[tensor.name].shape))

    def one_by_one(self, name, index, sample=None):
        """The factors of every path, from the explanations of a number's gradient and of the gradients in those.

        A micro-batch's are asked for at its end, when what they lead to has not been overwritten; the penalty's, which
        are no sample's, at the end of all.
        """
        ends = [tick.index + 1 for tick in self.schedule if tick.phase is not Phase.UPDATE]
        offsets = [*map(self.tape.samples_before, range(len(self.tape.batches))), ALL]
        for micro, (first, after) in enumerate(pairwise(offsets)):
            end = max(end for end in ends if self.schedule[end - 1].micro == micro)
            explainer = Explainer(self.graph, self.schedule, SGD(), self.moment(end))
            for term in explainer.explain(derived("d", name), index).terms:
                own = after == ALL if term.sample is None else first <= term.sample < after
                if own and sample in (None, term.sample):
                    yield from self._products(explainer, term.factors)

    def _products(self, explainer, factors):
        for at, factor in enumerate(factors):
            if factor.tensor and self.graph.tensors[factor.tensor].role is Role.GRADIENT:
                for term in explainer.explain(factor.tensor, factor.index).terms:
                    yield from self._products(explainer, (*factors[:at], *term.factors, *factors[at + 1 :]))
                return
        yield factors


def value(factors):
    return math.prod(factor.value for factor in factors)


def check_sums(paths, gradient):
    """What is listed + rest = sum = value, each within 1e-12 of the terms' magnitudes."""
    listed = [path.value for path in paths.listed]
    magnitudes = math.fsum(map(abs, [*listed, paths.rest]))
    for wanted in (paths.value, gradient):
        assert abs(paths.sum - wanted) <= 1e-12 * magnitudes
    assert abs(math.fsum([*listed, paths.rest]) - paths.sum) <= 1e-12 * magnitudes


def check_order(paths):
    strengths = [math.inf if math.isnan(path.value) else abs(path.value) for path in paths.listed]
    assert strengths == sorted(strengths, reverse=True)


def check_all(run, name, index, sample=None):
    """Every path is there, once, with its factors, and in order."""
    paths = run.paths(name, index, sample=sample)
    wanted = list(run.one_by_one(name, index, sample))

    assert paths.count == len(paths.listed) == len(wanted)
    assert paths.rest == 0
    check_order(paths)
    for path in paths.listed:
        assert path.value == pytest.approx(value(path.factors), rel=1e-13, abs=0)
    assert sorted(map(repr, wanted)) == sorted(repr(path.factors) for path in paths.listed)


def test_the_textbook_s_first_weight_has_two_paths_with_the_printed_numbers():
    run = Run(preset_spec("mazur"))

    paths = run.paths("hidden1.W", (0, 0))

    printed = (0.055399425, -0.019049119)
    rest = 0.241300709 * 0.05
    assert (paths.count, paths.rest) == (2, 0)
    assert [path.value for path in paths.listed] == pytest.approx([one * rest for one in printed], abs=5e-11)
    assert paths.value == run.gradient("hidden1.W", (0, 0)) == pytest.approx(0.000438568, abs=5e-10)
    check_sums(paths, paths.value)


def test_nodes_lead_forward_and_factors_backward():
    path = Run(preset_spec("mazur")).paths("hidden1.W", (0, 1)).listed[1]

    assert path.nodes == (
        "hidden1.W[0,1]", "hidden1.z[0,0]", "hidden1.a[0,0]", "output.z[0,1]", "output.a[0,1]", "loss.terms[0]",
        "loss.value",
    )  # fmt: skip
    assert [factor.text for factor in path.factors] == ["slope of the loss", "1/N", "slope", "w", "slope", "dz/dw"]
    assert [factor.tensor for factor in path.factors] == [None, None, None, "output.W", None, "input.a"]
    assert [factor.index for factor in path.factors if factor.tensor] == [(1, 0), (0, 1)]


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_behind_every_activation_all_paths_are_found(activation):
    layers = [{"units": 3, "activation": "sigmoid"}, {"units": 2, "activation": "sigmoid"}, {"units": 2}]
    run = Run(net(layers=layers))

    for name, index in (("hidden1.W", (1, 0)), ("hidden1.b", (2,)), ("hidden2.W", (0, 2)), ("output.b", (1,))):
        check_all(run, name, index)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES.names())
def test_before_every_loss_all_paths_are_found(loss, reduction):
    rows = {"x": net()["data"]["inline"]["x"], "y": [0, 1, 1, 0, 1]}
    layers = fitting(loss, [{"units": 3, "activation": "tanh"}, {"units": 2}])
    run = Run(net(layers=layers, loss={"type": loss, "reduction": reduction}, data={"inline": rows}))

    check_all(run, "hidden1.W", (1, 0))
    check_all(run, "hidden1.W", (1, 0), sample=3)


@st.composite
def more_nets(draw):
    """Any network, with any penalty, and micro-batches."""
    spec = draw(nets())
    samples = len(spec["data"]["inline"]["x"])
    sizes = st.sampled_from([0.0, 0.1, 2.0])
    spec["penalty"] = {"l1": draw(sizes), "l2": draw(sizes), "biases": draw(st.booleans())}
    return draw(st.sampled_from([spec, {**spec, "batch_size": samples, "accumulate": draw(st.integers(1, samples))}]))


@settings(max_examples=30)
@given(more_nets(), st.integers(1, 20), st.data())
def test_in_any_network_listed_and_rest_are_the_sum_and_the_sum_is_the_gradient(spec, limit, data):
    run = Run(spec)
    name, index = data.draw(st.sampled_from(list(run.parameters())))

    paths = run.paths(name, index, limit)

    every = list(run.one_by_one(name, index))
    assert paths.count == len(every)
    assert len(paths.listed) == min(limit, len(every))
    check_order(paths)
    check_sums(paths, run.gradient(name, index))
    strongest = sorted((abs(value(factors)) for factors in every), reverse=True)[:limit]
    assert [abs(path.value) for path in paths.listed] == pytest.approx(strongest, rel=1e-12, abs=0)


@settings(max_examples=30)
@given(more_nets(), st.data())
def test_in_any_network_the_samples_shares_are_the_whole(spec, data):
    run = Run(spec)
    name, index = data.draw(st.sampled_from(list(run.parameters())))

    whole = run.paths(name, index)
    shares = [run.paths(name, index, sample=sample) for sample in range(sum(len(x) for x, _ in run.tape.batches))]

    for share in shares:
        check_sums(share, share.value)
    of_none = [path for path in whole.listed if not any("loss.terms" in node for node in path.nodes)]
    assert sum(share.count for share in shares) + len(of_none) == whole.count
    magnitudes = math.fsum(abs(path.value) for path in whole.listed)
    added = math.fsum([*(share.value for share in shares), *(path.value for path in of_none)])
    assert abs(added - whole.value) <= 1e-12 * magnitudes


def test_a_sample_s_share_has_its_own_paths_only_and_its_1_over_n_inside():
    run = Run(net())

    share = run.paths("hidden1.W", (0, 1), sample=3)

    assert {path.nodes[-2] for path in share.listed} == {"loss.terms[3]"}
    assert {path.nodes[1] for path in share.listed} == {"hidden1.z[3,0]"}
    dz, x = run.tape.at("hidden1.dz", len(run.schedule)), run.tape.at("input.a", 0)
    assert share.value == pytest.approx(dz[3, 0] * x[3, 1], rel=1e-15)


def deep(depth=12, width=16):
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(4, 2)).tolist(), generator.normal(size=(4, 1)).tolist()
    layers = [*({"units": width, "activation": "sigmoid"} for _ in range(depth)), {"units": 1}]
    return Run(net(data={"inline": {"x": x, "y": y}}, layers=layers))


def test_a_deep_network_s_paths_are_counted_exactly_and_its_strongest_come_first():
    run = deep()

    whole, share = run.paths("hidden1.W", (3, 1), 100), run.paths("hidden1.W", (3, 1), 1_000, sample=2)

    assert share.count == 16**11 == 17_592_186_044_416
    assert whole.count == 4 * 16**11
    assert (len(whole.listed), len(share.listed)) == (100, 1_000)
    for paths in (whole, share):
        check_order(paths)
        assert len({path.nodes for path in paths.listed}) == len(paths.listed)
        assert paths.sum == pytest.approx(paths.value, rel=1e-11)
        assert paths.rest + math.fsum(path.value for path in paths.listed) == pytest.approx(paths.sum, rel=1e-12)


def test_no_path_of_a_deep_network_is_stronger_than_its_strongest():
    """The greatest product of slopes and weights, layer by layer: max in the place of the sum in backpropagation."""
    run = deep()
    strongest = np.abs(run.tape.at("output.da", len(run.schedule))[2] @ run.tape.start["output.W"][:1])
    for i in range(12, 1, -1):
        a = run.tape.at(f"hidden{i}.a", len(run.schedule))[2]
        strongest = np.abs((strongest * a * (1 - a))[:, None] * run.tape.start[f"hidden{i}.W"]).max(axis=0)

    (first,) = run.paths("hidden1.a", (2, 5), 1).listed

    assert abs(first.value) == pytest.approx(strongest[5], rel=1e-12)


def test_paths_of_value_0_are_counted_and_come_last():
    """One hidden unit is dead, and so is every path through it."""
    parameters = {"hidden1.W": [[0.5, 0.2]], "hidden2.W": [[1.0], [-1.0], [2.0]]}
    layers = [{"units": 1}, {"units": 3, "activation": "relu"}, {"units": 2}]
    run = Run(net(layers=layers, parameters=parameters, data={"inline": {"x": [[1.0, 1.0]], "y": [[0.3, 0.6]]}}))

    paths = run.paths("hidden1.W", (0, 0))

    assert paths.count == 6
    assert [path.value == 0 for path in paths.listed] == [False] * 4 + [True] * 2
    assert {path.nodes[3] for path in paths.listed[4:]} == {"hidden2.z[0,1]"}


def test_equal_paths_come_in_the_order_of_the_explanation_every_time():
    same = {"hidden1.W": [[0.5, 0.5]] * 3, "output.W": [[0.5] * 3] * 2}
    run = Run(net(parameters=same, data={"inline": {"x": [[1, 1], [1, 1]], "y": [[0, 0], [0, 0]]}}))

    paths = run.paths("hidden1.W", (2, 0))

    assert len({abs(path.value) for path in paths.listed}) == 1
    assert [path.nodes[3] for path in paths.listed] == [f"output.z[{s},{unit}]" for s in (0, 1) for unit in (0, 1)]


def test_the_first_of_many_is_the_same_however_many_are_asked_for():
    run = deep(depth=4, width=5)

    few, many = (run.paths("hidden1.W", (0, 0), limit).listed for limit in (10, 400))

    assert few == many[:10]
    assert len(many) == 400


@pytest.mark.parametrize("sample", [None, 1])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_network_that_diverged_has_paths_too(activation, sample):
    huge = {"hidden1.W": [[1e300, 1e300], [-1e300, 0], [1, 1]], "hidden2.W": [[1e300, -1e300, 0], [0, 1, 1e200]]}
    layers = [{"units": 3, "activation": "sigmoid"}, {"units": 2, "activation": activation}, {"units": 2}]
    run = Run(net(layers=layers, parameters={**huge, "output.W": [[1e300, 0], [-1e200, 1]]}))

    paths = run.paths("hidden1.W", (0, 0), sample=sample)

    count = 4 if sample == 1 else 20
    assert len({path.nodes for path in paths.listed}) == len(paths.listed) == paths.count == count
    check_order(paths)
    assert not math.isfinite(paths.listed[0].value)
    assert math.isnan(paths.sum)
    assert math.isnan(paths.value)


def test_paths_that_are_infinite_either_way_add_up_to_nan():
    """Two samples, one on each side of 0, far out."""
    layers, far = [{"units": 1}, {"units": 1}], {"hidden1.W": [[1e200]], "output.W": [[1e200]]}
    run = Run(net(layers=layers, parameters=far, data={"inline": {"x": [[1], [-1]], "y": [0, 0]}}))

    paths = run.paths("hidden1.b", (0,))

    assert [path.value for path in paths.listed] == [math.inf, -math.inf]
    assert math.isnan(paths.sum)
    assert math.isnan(paths.value)


@pytest.mark.parametrize(("graph", "count"), [(branching.shared_weights(), 2 * 2 + 2), (branching.residual(), 2 * 2)])
def test_a_value_that_is_used_twice_has_the_paths_of_both_uses(graph, count):
    run = Run.of(graph)

    paths = run.paths("h.W", (0, 1))

    assert paths.count == count
    check_sums(paths, run.gradient("h.W", (0, 1)))
    check_order(paths)


def test_between_two_ticks_that_add_to_a_gradient_only_the_first_one_s_paths_are_there():
    run = Run.of(branching.shared_weights())
    first, _ = run.tape.writers["h.dW"]

    paths = run.paths("h.W", (1, 0), ticks=first + 1)

    assert {path.nodes[1] for path in paths.listed} == {"g.z[0,1]", "g.z[1,1]"}
    check_sums(paths, run.tape.at("h.dW", first + 1)[1, 0])


def test_what_a_gradient_held_at_an_earlier_reading_is_followed_by_the_ticks_until_then():
    """In tanh(z) + z, the tick of W's gradient reads that of z when both uses have added to it."""
    run = Run.of(branching.residual())

    paths = run.paths("h.W", (0, 0))

    through = {path.nodes[2] for path in paths.listed}
    assert through == {"h.a[0,0]", "h.a[1,0]", "g.c[0,0]", "g.c[1,0]"}


def begun(op):
    """A graph of one layer so far, which is `op`."""
    graph = Graph()
    graph.tensor(INPUT, Role.DATA, (None, 2), "input")
    graph.tensor(TARGET, Role.DATA, (None, 2), "target")
    graph.parameter("h.W", (2, 2), "h")
    graph.add(op, "h", x=INPUT, W="h.W", z="h.z")
    return graph


class Turned(LinearWithoutBias):
    """A layer that tells the gradient it read last."""

    type = "turned"

    def explain(self, letter, index, look):
        made = super().explain(letter, index, look)
        return Sum(made.latex, tuple(Term(term.factors[::-1], term.sample) for term in made.terms))


def test_factors_stand_where_their_terms_have_them():
    graph = begun(Turned())
    graph.add(Turned(), "g", x="h.z", W="h.W", z="g.z")
    run = Run.of(branching.ended(graph, "g.z"))

    (path, *_) = (path for path in run.paths("h.W", (0, 1)).listed if "h.z[1,0]" in path.nodes)

    assert [factor.text for factor in path.factors] == ["dz/dw", "w", "slope of the loss", "1/N"]


def test_a_penalty_is_a_path_of_its_own_and_no_sample_s():
    run = Run(net(penalty={"l2": 0.1}, layers=[{"units": 2}]))
    weight = run.tape.start["output.W"][1, 0]

    whole, shares = run.paths("output.W", (1, 0)), [run.paths("output.W", (1, 0), sample=s) for s in range(5)]

    (cost,) = (path for path in whole.listed if "loss.penalty" in path.nodes)
    assert cost.nodes == ("output.W[1,0]", "loss.penalty", "loss.value")
    assert cost.value == 0.2 * weight
    assert [factor.tensor for factor in cost.factors] == [None, "output.W"]
    assert (whole.count, [share.count for share in shares]) == (6, [1] * 5)
    check_sums(whole, run.gradient("output.W", (1, 0)))
    assert math.fsum(share.value for share in shares) + cost.value == pytest.approx(whole.value, rel=1e-13)


def test_a_sample_is_counted_through_the_micro_batches_of_the_step():
    """Three rows, then two: the fourth is the first of the second micro-batch, and its loss counts a half of that's."""
    run, whole_batch = Run(net(accumulate=2)), Run(net())

    share, same = (one.paths("hidden1.W", (0, 1), sample=3) for one in (run, whole_batch))

    assert {path.nodes[-2] for path in share.listed} == {"loss.terms[0]"}
    assert share.count == same.count == 2
    assert 2 * share.value == pytest.approx(5 * same.value, rel=1e-12)


def test_a_micro_batch_that_is_still_to_come_has_no_share_yet():
    run = Run(net(accumulate=2))
    first, second = run.tape.writers["hidden1.dW"]

    assert run.paths("hidden1.W", (0, 1), sample=4, ticks=first + 1).count == 0
    assert run.paths("hidden1.W", (0, 1), sample=4, ticks=second + 1).count == 2
    for ticks in (first + 1, second, second + 1):
        paths = run.paths("hidden1.W", (0, 1), ticks=ticks)
        check_sums(paths, run.tape.at("hidden1.dW", ticks)[0, 1])


def test_a_tensor_between_a_parameter_and_the_loss_has_paths_too():
    run = Run(net())

    paths = run.paths("hidden1.a", (3, 1))

    assert paths.count == 2
    assert {path.nodes[0] for path in paths.listed} == {"hidden1.a[3,1]"}
    check_sums(paths, run.gradient("hidden1.a", (3, 1)))


def test_another_sample_has_no_share_in_an_activation():
    paths = Run(net()).paths("hidden1.a", (3, 1), sample=2)

    assert (paths.listed, paths.count, paths.rest, paths.sum, paths.value) == ((), 0, 0, 0, 0)


def test_a_frozen_parameter_has_paths():
    run = Run(net(frozen=["hidden1.W"]))

    check_all(run, "hidden1.W", (0, 0))


@pytest.mark.parametrize("name", ["input.a", "target.y", "loss.terms", "hidden1.dW", "hidden1.uW"])
def test_what_can_have_no_gradient_has_no_paths(name):
    with pytest.raises(InvalidRequest, match=f"{name} has no gradient"):
        Run(net()).paths(name, (0, 0))


def test_before_the_gradient_there_are_no_paths():
    run = Run(net())
    (written,) = run.tape.writers["hidden1.dW"]

    with pytest.raises(NotComputedYet, match=rf"hidden1\.dW is not computed yet at t = {written}"):
        run.paths("hidden1.W", (0, 0), ticks=written)
    assert run.paths("hidden1.W", (0, 0), ticks=written + 1) == run.paths("hidden1.W", (0, 0))


def test_a_sample_must_be_a_row_of_the_batch():
    with pytest.raises(IndexOutOfRange, match="a row of the batch, 0 to 4, got 5"):
        Run(net()).paths("hidden1.W", (0, 0), sample=5)


def test_more_terms_than_may_be_followed_are_refused():
    """A sample's: one at the weight and its sum, three at what that gives, two at each of three units, and two ends."""
    run = Run(net(layers=[{"units": 1}, {"units": 3}, {"units": 2}]))
    terms = 5 * (1 + 1 + 3 + 3 * (1 + 2) + 2 + 2)

    with pytest.raises(NetworkTooLarge, match=rf"More than {terms - 1} terms .* one `sample`"):
        run.paths("hidden1.W", (0, 0), most=terms - 1)
    assert run.paths("hidden1.W", (0, 0), most=terms).count == 5 * 3 * 2


def test_what_would_be_too_many_terms_by_far_is_known_before_they_are_followed(monkeypatch):
    run = Run(net(layers=[{"units": 20, "activation": "softmax"}, {"units": 30, "activation": "tanh"}, {"units": 2}]))
    monkeypatch.setattr(PathFinder, "_follow", lambda *_: pytest.fail("they were followed"))

    with pytest.raises(NetworkTooLarge, match="More than 2000 terms"):
        run.paths("hidden1.W", (0, 0), most=2_000)


def test_the_address_of_a_path_s_start_is_the_number_asked_for():
    run = Run(net())

    for name, index in run.parameters():
        assert {path.nodes[0] for path in run.paths(name, index).listed} == {address(name, index)}
