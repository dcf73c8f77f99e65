"""Whatever is done to a session, it is what a plain run from the start gives: a state machine against that run."""

from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.engine.spec import Spec
from app.engine.training import Sample, Training
from app.sessions import history
from app.sessions.errors import SessionDiverged
from app.sessions.forking import fork
from app.sessions.session import Session
from tests.engine.nets import net

SPEC = net(batch_size=2, shuffle=True, optimizer={"type": "sgd", "learning_rate": 0.1, "momentum": 0.5})


@dataclass(frozen=True)
class Change:
    """What was changed: from the moment `begin` on, for the steps from `first` on."""

    begin: int
    first: int
    edits: tuple = ()
    rate: float | None = None
    sample: tuple | None = None


class PlainRun:
    """The trivial model: a run from the first step to `t` with the changes put in where they were made."""

    def __init__(self, spec, changes, t):
        self.training = training = Training(spec)
        self.losses, self.tapes = [], []
        size = training.ticks_per_step
        for step in range(t // size + 1):
            reached = [i for i, change in enumerate(changes) if change.first <= step]
            in_force = changes[: reached[-1] + 1] if reached else ()
            rates = [change.rate for change in in_force if change.rate is not None]
            samples = [change.sample for change in in_force if change.sample is not None]
            x, y = samples[-1] if samples else ((), ())
            rate = rates[-1] if rates else spec.optimizer.learning_rate
            made = Spec.parse({**spec.json(), "optimizer": {**spec.optimizer.json(), "learning_rate": rate}})
            training.take(made, Sample(np.array([x]), np.array([y])) if x else None)
            for tensor, index, value in (edit for change in changes if change.first == step for edit in change.edits):
                training.variables.views[tensor][index] = value
            self.tapes.append(training.tape())
            training.advance(min(size, t - training.t), self.tapes[-1])
            self.losses += [training.loss] if training.t == (step + 1) * size else []

    def frame(self, t, fresh):
        size = self.training.ticks_per_step
        step = (t if fresh else t - 1) // size
        return {name: self.tapes[step].at(name, t - step * size) for name in self.training.graph.tensors}


def at(changes, t):
    """Those of the changes that were in force at `t`."""
    while changes and changes[-1].begin > t:
        changes = changes[:-1]
    return changes


def same(one, other):
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name], equal_nan=True) if one[name] is not None else other[name] is None
        for name in one
    )


numbers = st.floats(-2, 2).map(lambda value: round(value, 3))
shares = st.none() | st.floats(0, 1)


class Learner(RuleBasedStateMachine):
    @initialize(checkpoints=st.sampled_from([2, 5, 512]))
    def begin(self, checkpoints):
        self._few = patch.multiple(history, CHECKPOINTS=checkpoints, TAPE_BYTES=1)
        self._few.start()
        self.spec = Spec.parse(SPEC)
        self.session = Session("s_1", self.spec)
        self.size = self.session.ticks_per_step
        self.changes, self.t = (), 0
        self.kept = []
        self.places = [((), 0)]
        self.hashes = [self.session.state_sha256()]

    def teardown(self):
        if hasattr(self, "_few"):
            self._few.stop()

    def done(self):
        """What holds after every command."""
        self.places.append((self.changes, self.t))
        self.hashes.append(self.session.state_sha256())
        assert (self.session.t, self.session.revision) == (self.t, len(self.places) - 1)

    def at(self, t):
        """The changes that were in force at `t`."""
        return at(self.changes, t)

    def there(self, share):
        """Where a change is made, None for the head, and the changes that are in force there."""
        at = None if share is None else round(share * self.t)
        return at, self.changes if at is None else self.at(at)

    def change(self, at, changes, **what):
        begin = at // self.size * self.size
        self.t = begin
        self.changes = (*changes, Change(begin, begin // self.size, **what))
        self.done()

    def fresh(self, t):
        """Whether no tick has run at `t` since a change of parameters or sample, or the beginning."""
        changes = self.at(t)
        while changes and changes[-1].begin == t and changes[-1].rate is not None:
            changes = at(changes[:-1], t)
        return t == 0 or (bool(changes) and changes[-1].begin == t)

    @rule(
        granularity=st.sampled_from(["op", "layer", "phase", "batch", "epoch"]),
        count=st.integers(1, 3),
        record=st.booleans(),
    )
    def advance(self, granularity, count, record):
        try:
            self.session.advance(self.session.target(granularity, count) - self.t, record)
        except SessionDiverged:
            return
        self.t = self.session.t
        self.done()

    @rule(share=st.floats(0, 1))
    def rewind(self, share):
        to = round(share * self.t)
        self.session.rewind(to)
        self.changes, self.t = self.at(to), to
        self.done()

    @rule(share=st.floats(0, 1))
    def go_to_revision(self, share):
        revision = round(share * self.session.revision)
        self.session.rewind_to_revision(revision)
        self.changes, self.t = self.places[revision]
        self.done()
        assert self.hashes[-1] == self.hashes[revision]

    @rule(share=shares, row=st.integers(0, 1), value=numbers, other=st.booleans())
    def edit(self, share, row, value, other):
        at, changes = self.there(share)
        edits = [("hidden1.W", (row, 1), value), *([("output.b", (0,), value)] if other else [])]
        self.session.edit([{"tensor": t, "index": list(i), "value": v} for t, i, v in edits], at)
        self.change(self.t if at is None else at, changes, edits=tuple(edits))

    @rule(share=shares, rate=st.sampled_from([0.0, 0.05, 0.3]), name=st.sampled_from([None, "Mine"]))
    def set_rate(self, share, rate, name):
        at, changes = self.there(share)
        self.session.settle(name, {"learning_rate": rate}, at)
        self.t = self.t if at is None else at
        step, tick = divmod(self.t, self.size)
        begun = tick > sum(tick.phase != "update" for tick in self.session.schedule)
        self.changes = (*changes, Change(self.t, step + begun, rate=rate))
        self.done()

    @rule(share=st.floats(0, 1))
    def name_it_at_a_moment(self, share):
        at, self.changes = self.there(share)
        self.session.settle("Yours", None, at)
        self.t = at
        self.done()

    @rule(share=shares, x=st.tuples(numbers, numbers), y=st.tuples(numbers, numbers))
    def put_sample(self, share, x, y):
        at, changes = self.there(share)
        self.session.put_sample(x, y, at)
        self.change(self.t if at is None else at, changes, sample=(x, y))

    @rule(share=shares)
    def drop_sample(self, share):
        at, changes = self.there(share)
        self.session.drop_sample(at)
        self.change(self.t if at is None else at, changes, sample=((), ()))

    @rule(share=st.floats(0, 1))
    def read(self, share):
        t, before = round(share * self.t), self.session.head()
        expected = PlainRun(self.spec, self.at(t) if self.fresh(t) else self.changes, t).frame(t, self.fresh(t))

        assert same(self.session.frame(t), expected)
        self.session.explain("hidden1.W", (0, 1), t)
        assert self.session.phase(t) == (None if self.fresh(t) else self.session.schedule[(t - 1) % self.size].phase)
        assert self.session.head() == before

    @rule(share=st.floats(0, 1), value=st.none() | numbers, sample=st.none() | st.tuples(numbers, numbers))
    def preview(self, share, value, sample):
        if value is None and sample is None:
            return
        t, before = round(share * self.t), self.session.head()
        edits = () if value is None else (("output.b", (1,), value),)
        fresh = self.fresh(t)
        first = (t if fresh else t - 1) // self.size
        change = Change(first * self.size, first, edits=edits, sample=None if sample is None else (sample, sample))
        before_it = tuple(change for change in self.changes if change.first <= first)
        expected = PlainRun(self.spec, (*before_it, change), t).frame(t, fresh)

        given = [{"tensor": tensor, "index": index, "value": value} for tensor, index, value in edits]
        asked = None if sample is None else {"x": sample, "y": sample}
        assert same(self.session.preview(given, asked, t), expected)
        assert self.session.head() == before

    @rule(share=shares, past=shares, ticks=st.integers(0, 40))
    def fork(self, share, past, ticks):
        revision = None if past is None else round(past * self.session.revision)
        changes, head = (self.changes, self.t) if revision is None else self.places[revision]
        asked = None if share is None else round(share * head)
        t = head if asked is None else asked
        changes, step, before = at(changes, t), t // self.size, self.session.head()
        if changes and changes[-1].first > step:  # made among the updates of a step: the fork begins with that step
            t, changes = step * self.size, (*changes[:-1], replace(changes[-1], first=step))

        forked = fork(self.session, "s_2", self.session.place_at(asked, revision), {}, Spec.parse)

        assert (forked.t, forked.revision, self.session.head()) == (t, 0, before)
        if ticks:
            forked.advance(ticks, record=False)
        plain = PlainRun(self.spec, changes, forked.t).training
        assert np.array_equal(forked.training.variables.kept, plain.variables.kept, equal_nan=True)

    @rule()
    def look_at_the_curves(self):
        found = self.session.metrics(["loss"])["loss"]
        losses = PlainRun(self.spec, self.changes, self.t).losses

        assert found.values[: len(losses)].tolist() == losses
        assert found.steps[: len(losses)].tolist() == list(range(len(losses)))
        assert curves(self.session) == curves(self.reopened())

    def reopened(self):
        return Session("s_1", Spec.parse(self.spec.json()), self.session.log, kept=self.kept)

    @rule()
    def keep(self):
        self.session.kept = self.session.to_keep()
        self.kept = [*(one for one in self.kept if one.revision < self.session.revision), self.session.kept]

    @rule()
    def open_again(self):
        again = self.reopened()

        assert again.head() == self.session.head()
        assert again.is_kept == self.session.is_kept
        assert same(again.frame(self.t), self.session.frame(self.t))
        self.session = again

    @invariant()
    def the_state_is_that_of_a_plain_run(self):
        plain = PlainRun(self.spec, self.changes, self.t).training
        assert np.array_equal(self.session.training.variables.kept, plain.variables.kept, equal_nan=True)


def curves(session):
    return {name: (one.steps.tolist(), one.values.tolist()) for name, one in session.metrics().items()}


TestTime = Learner.TestCase
TestTime.settings = settings(max_examples=30, stateful_step_count=12)
