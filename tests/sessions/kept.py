"""What a store is given to keep."""

from app.sessions.store import Command, Kept, Start
from tests.engine.nets import training

SPEC = {"name": "A", "layers": [{"units": 1}]}


ADVANCED, REWOUND = Command("advance", 0, 5), Command("rewind", 5, 2)


def head(revision, ticks=0, **changes):
    """What is kept of a head at a revision."""
    trained = training(shuffle=True, batch_size=2, optimizer={"type": "adam", "learning_rate": 0.1}, **changes)
    trained.advance(revision * trained.ticks_per_step)
    return Kept(revision, Start(trained.checkpoint(), ticks), f"{revision:064x}")
