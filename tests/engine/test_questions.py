"""Questions about numbers to come: what is right, how far off it may be, where a wrong chain parts."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine import reasons
from app.engine.errors import InvalidRequest
from app.engine.explain import Explanation
from app.engine.plan import Phase
from app.engine.questions import Question, grade, make
from app.engine.terms import Factor, Term
from tests.engine.nets import training

VALUES = np.array([[0.08, -0.5], [0.0, 0.5]])


def explained(*products):
    """An explanation with a term for each product."""
    terms = tuple(Term(tuple(Factor("f", "f", value) for value in factors)) for factors in products)
    return Explanation("h.dW", (0, 0), 3, 0.0, "", "sum", terms)


def graded(kind, answer, index=(0, 0), factors=None, products=((2.0, 0.4, 0.1),), **more):
    question = Question(kind, "h.dW", index, 3, **more)

    def explain(at):
        return replace(explained(*products), index=at, value=float(VALUES[at]))

    return grade(question, answer, factors, VALUES, explain)


@pytest.mark.parametrize(
    ("index", "true"), [((0, 0), "positive"), ((0, 1), "negative"), ((1, 0), "zero"), ((1, 1), "positive")]
)
def test_a_sign_is_right_when_it_is_the_number_s(index, true):
    assert [word for word in ("negative", "zero", "positive") if graded("sign", word, index).right] == [true]


@pytest.mark.parametrize(
    ("answer", "right"), [(0.08, True), (0.0807, True), (0.0793, True), (0.0809, False), (-0.08, False), (0, False)]
)
def test_a_number_may_be_off_by_a_hundredth(answer, right):
    assert graded("number", answer).right is right


def test_a_number_may_be_off_by_what_the_question_allows():
    assert graded("number", 0.1, tolerance=0.3).right
    assert not graded("number", 0.11, tolerance=0.3).right


@pytest.mark.parametrize(
    ("answer", "right"), [(0.08, True), (0.8, True), (-0.008, True), (0.9, False), (0.007, False), (0, False)]
)
def test_a_size_may_be_off_by_a_power_of_ten_and_has_no_sign(answer, right):
    assert graded("size", answer).right is right


def test_nothing_but_zero_is_as_small_as_zero():
    assert graded("size", 0, (1, 0)).right
    assert not graded("size", 1e-300, (1, 0)).right


def test_of_two_that_are_as_large_either_is_the_largest():
    among = ((0, 0), (0, 1), (1, 1))

    assert graded("largest", [0, 1], among=among).right
    assert graded("largest", [1, 1], among=among).right
    wrong = graded("largest", [0, 0], among=among)
    assert (wrong.right, wrong.best, wrong.value) == (False, (0, 1), -0.5)


def test_a_wrong_chain_is_held_against_the_true_one_up_to_where_they_part():
    found = graded("number", 0.16, factors=[2.0, 0.8, 0.1])

    assert [part.agrees for part in found.parts] == [True, False, True]
    assert found.parted == 1
    assert (found.parts[1].link.value, found.parts[1].given) == (0.4, 0.8)


def test_a_sum_is_held_against_its_terms():
    found = graded("number", 0.07, factors=[0.05, 0.03], products=((0.1, 0.5), (0.3, 0.1)))

    assert (found.right, found.parted) == (False, None)
    assert [part.link.value for part in found.parts] == pytest.approx([0.05, 0.03])


def test_a_number_without_a_chain_still_tells_its_parts():
    found = graded("number", 1)

    assert [(part.link.value, part.given, part.agrees) for part in found.parts] == [
        (2, None, None),
        (0.4, None, None),
        (0.1, None, None),
    ]
    assert found.parted is None


PRODUCT = "h.dW[0,0] = f 2 × f 0.4 × f 0.1 = 0.08."


@pytest.mark.parametrize(
    ("kind", "answer", "more", "reason"),
    [
        ("sign", "negative", {}, f"You said negative. None of its factors is negative, so it is positive. {PRODUCT}"),
        ("size", 8.0, {}, f"You said about 8, which is 100 times too large. {PRODUCT}"),
        ("size", 0, {}, f"You said that it is exactly 0. {PRODUCT}"),
        ("number", 7.0, {}, f"You gave 7. {PRODUCT}"),
        ("number", -0.08, {}, f"You gave −0.08. That is the right number with its sign turned. {PRODUCT}"),
        ("number", 0.16, {"factors": [2.0, 0.8, 0.1]}, f"You gave 0.16. For f you gave 0.8; it is 0.4. {PRODUCT}"),
    ],
)
def test_a_wrong_answer_is_told_why_with_the_numbers(kind, answer, more, reason):
    assert graded(kind, answer, **more).reason == reason


def test_the_one_that_is_not_the_largest_is_told_both_sizes():
    among = ((0, 0), (0, 1), (1, 0))

    reason = graded("largest", [1, 0], among=among).reason

    assert reason.startswith("You chose h.dW[1,0]. h.dW[1,0] has the size 0, h.dW[0,1] the size 0.5: the largest of 3.")


def told(given, value, *products):
    """The reason why `given` is wrong where factors are called a, b, c."""
    terms = tuple(Term(tuple(Factor(n, n, v) for n, v in zip("abc", factors, strict=False))) for factors in products)
    explanation = Explanation("h.dW", (0, 0), 3, value, "", "sum", terms)
    return reasons.of_number(given, value, explanation, None)


@pytest.mark.parametrize(
    ("given", "value", "products", "slip"),
    [
        (0.2, 0.08, [(2, 0.4, 0.1)], "That is what comes without the factor b 0.4. "),
        (0.8, 0.0, [(2, 0.4, 0.0)], "That is what comes without the factor c 0. "),
        (5.0, -1.0, [(2, 1), (-3, 1)], "That is the sum of the terms without their signs. "),
        (7.0, 12.0, [(2, 2), (5, 1), (3, 1)], "That is what comes without the term a 5 × b 1. "),
        (4.0, 12.0, [(2, 2), (5, 1), (3, 1)], ""),
        (5.0, 12.0, [(2, 2), (5, 1), (3, 1)], "That is the term a 5 × b 1 alone. "),
        (0.5, 0.08, [(2, 0.4, 0.1)], ""),
        (0.0, 0.08, [(2, 0.4, 0.1)], ""),
        (0.0, 0.5, [(0, 1), (0.3, 1), (0.2, 1)], ""),
    ],
)
def test_a_slip_is_told_only_where_it_alone_gives_the_answer(given, value, products, slip):
    assert told(given, value, *products).startswith(f"You gave {given:g}. {slip or 'h.dW[0,0] = '}")


def test_of_many_terms_the_rest_is_told_together():
    said = told(9.0, 6.0, *[(1, 1)] * 6)

    assert said.endswith("a 1 × b 1 + a 1 × b 1 + 2 more, 2 together = 6.")


@pytest.mark.parametrize(
    ("products", "why"),
    [
        ([(-2, 0.4)], "Of its factors 1 is negative (a), so it is negative."),
        ([(-2, -0.4)], "Of its factors 2 are negative (a, b), so it is positive."),
        ([(-2, 0)], "A product with a factor 0 is 0: b is."),
        ([(2, 1), (-3, 1)], "Its positive terms come to 2, its negative ones to −3."),
    ],
)
def test_a_sign_is_told_from_the_signs_it_is_made_of(products, why):
    terms = tuple(Term(tuple(Factor(n, n, v) for n, v in zip("abc", factors, strict=False))) for factors in products)

    assert why in reasons.of_sign("zero", Explanation("h.dW", (0, 0), 3, 1.0, "", "sum", terms))


@pytest.mark.parametrize(
    ("kind", "answer", "pointer"),
    [
        ("sign", "up", "/answer"),
        ("number", "big", "/answer"),
        ("size", True, "/answer"),
        ("largest", [5, 5], "/answer"),
        ("largest", 3, "/answer"),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(kind, answer, pointer):
    with pytest.raises(InvalidRequest) as refused:
        graded(kind, answer, among=((0, 0), (0, 1)) if kind == "largest" else ())

    assert refused.value.pointer == pointer


def test_a_chain_of_another_length_is_refused():
    with pytest.raises(InvalidRequest, match="expected 3 numbers for this chain, got 2"):
        graded("number", 1, factors=[1.0, 2.0])


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_question_is_about_a_number_that_its_tick_writes_and_the_same_seed_asks_the_same(level):
    trained = training()
    asked = [make(trained.graph, trained.schedule, level, 0, 5, seed) for seed in range(40)]

    for question in asked:
        tick = trained.schedule[question.t - 1]
        assert question.tensor in tick.writes
        assert tick.phase is (Phase.UPDATE if level == 4 else Phase.BACKWARD)
        shape = [5 if size is None else size for size in trained.graph.tensors[question.tensor].shape]
        assert all(
            i < size for index in (question.index, *question.among) for i, size in zip(index, shape, strict=True)
        )
    assert len(set(asked)) > 5
    assert asked == [make(trained.graph, trained.schedule, level, 0, 5, seed) for seed in range(40)]
    kinds = {1: {"sign"}, 2: {"size", "largest"}, 3: {"number"}, 4: {"number"}}
    assert {question.kind for question in asked} == kinds[level]


def test_where_every_parameter_is_frozen_no_update_can_be_asked_for():
    still = training(frozen=["hidden1.W", "hidden1.b", "output.W", "output.b"])

    with pytest.raises(InvalidRequest, match="frozen"):
        make(still.graph, still.schedule, 4, 0, 4, seed=0)

    assert make(still.graph, still.schedule, 3, 0, 4, seed=0).kind == "number"


def test_where_numbers_are_too_large_or_none_nothing_is_made_up():
    inf, nan = float("inf"), float("nan")

    assert told(1.0, nan, (inf, 1.0), (-inf, 1.0)).startswith("You gave 1. h.dW[0,0] = ")
    assert "so it is" not in reasons.of_sign("negative", explained((nan, 2.0)))
    assert "so it is" not in reasons.of_sign("negative", explained((1e-200, 1e-200)))
    assert "times too small" in reasons.of_size(1e-300, 1e300, explained((1e300, 1.0)))
