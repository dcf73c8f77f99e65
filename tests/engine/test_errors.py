"""What a message says of a name that is not known."""

import pytest

from app.engine.errors import UnknownName


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ([], "There are none."),
        (["dense"], "There is dense."),
        (["sgd", "adam"], "There are sgd, adam."),
        ([f"column{i}" for i in range(1_000)], "column29, column30 and 969 more."),
        (["a" * 400, "b"], f"There are {'a' * 400} and 1 more."),
    ],
)
def test_a_message_names_what_there_is_as_far_as_it_has_room(known, says):
    message = UnknownName("?", known).detail

    assert message.endswith(says)
    assert len(message) < 500
