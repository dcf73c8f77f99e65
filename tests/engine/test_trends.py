"""Some steps beside one another: histograms over one range, and what layers did."""

import numpy as np

from app.engine.trends import histograms


def test_every_step_is_counted_over_the_same_edges():
    found = histograms({0: np.array([[-1.0, 0.0], [0.0, 0.5]]), 4: np.array([[1.0, 1.0], [0.9, -0.2]])}, 4)

    assert found.steps == [0, 4]
    assert found.edges.tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert found.counts.tolist() == [[1, 0, 2, 1], [0, 1, 0, 3]]
    assert found.zeros == [2, 0]


def test_a_step_without_the_tensor_is_left_out_and_what_is_not_finite_is_counted_apart():
    found = histograms({0: None, 1: np.array([np.nan, np.inf, 2.0]), 2: np.array([1.0, 0.0, 0.0])}, 2)

    assert found.steps == [1, 2]
    assert found.counts.tolist() == [[0, 1], [2, 1]]
    assert found.nonfinite == [2, 0]


def test_of_nothing_there_are_no_counts():
    found = histograms({3: None}, 5)

    assert found.steps == []
    assert found.counts.shape == (0, 5)


def test_equal_and_enormous_numbers_have_edges_that_hold_them():
    for values in ([2.0, 2.0], [-1.7e308, 1.7e308], [5e-324, 0.0]):
        found = histograms({0: np.array(values)}, 3)

        assert np.isfinite(found.edges).all()
        assert found.counts.sum() == 2
