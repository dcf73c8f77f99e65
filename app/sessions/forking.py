"""A new session from a moment of another, with a spec that may have changed.

What the changed spec still has is carried: each parameter that has its name and shape, and all of the optimizer's
state where it is the same optimizer. Where everything is carried the fork goes on from the same step; otherwise it is
another network, or another optimizer that has to begin, and starts at t = 0 from the parameters that were carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.graph import Graph, Role
from ..engine.spec import Spec
from ..engine.training import Checkpoint, Training
from .saved_file import Parse, spec_of
from .session import Session
from .store import Start
from .timeline import Place

ORDERED_BY = ("data", "batch_size", "accumulate", "shuffle", "seed")
"""What the order of the rows depends on."""


def fork(session: Session, session_id: str, place: Place, changes: Mapping[str, Any], parse: Parse) -> Session:
    """The session with `changes` to its spec from a place, or from the start of that step where the spec changed.

    Raises what is wrong with the changed spec, with a pointer under `/spec`.
    """
    old = session.spec_at(place.t, place.line)
    before = old.json()
    new = spec_of({**before, **_fitting(old, before, changes, parse), **changes}, parse)
    changed = {key for key, value in new.json().items() if value != before[key]} | set(changes) & {"parameters"}
    if changed <= {"name"}:
        return Session(session_id, new, start=session.start_at(place, behind=True))
    start = session.start_at(place)
    there = Training(old)
    there.restore(start.checkpoint)
    made = Training(new)
    whole = _carry(there, made, changes.get("parameters", {}))
    checkpoint = _checkpoint(there, made, whole, changed)
    return Session(session_id, new, start=Start(checkpoint, 0, start.sample if _same_rows(old, new) else None))


def _fitting(old: Spec, before: Mapping[str, Any], changes: Mapping[str, Any], parse: Parse) -> dict[str, Any]:
    """What of the old spec has to give way where layers or data are others: values and names of parameters that are
    not there any more, and a batch that was all of the rows.
    """
    if not {"layers", "data"} & set(changes):
        return {}
    whole = "data" in changes and old.batch_size == len(old.data.x)
    given = {key: value for key, value in before.items() if not (key == "batch_size" and whole)}
    bare = spec_of({**given, **changes, "parameters": {}, "frozen": []}, parse)
    shapes = {parameter.name: parameter.shape for parameter in Graph.of(bare).parameters()}
    return {
        "batch_size": bare.batch_size,
        "parameters": {name: v.tolist() for name, v in old.parameters.items() if shapes.get(name) == v.shape},
        "frozen": [name for name in old.frozen if name in shapes],
    }


def _carry(there: Training, made: Training, given: Mapping[str, Any]) -> bool:
    """Put what was there into `made` where it fits and is not `given`; whether that was all of parameters and state."""
    old, new = there.variables.views, made.variables.views
    fitting = {name for name in new if name in old and old[name].shape == new[name].shape}
    whole = fitting == set(new) and there.spec.optimizer.type == made.spec.optimizer.type
    for name in fitting - set(given):
        if whole or made.graph.tensors[name].role is Role.PARAMETER:
            new[name][...] = old[name]
    return whole


def _checkpoint(there: Training, made: Training, whole: bool, changed: set[str]) -> Checkpoint:
    old, new = there.checkpoint(), made.checkpoint()
    ordered = whole and not changed & set(ORDERED_BY)
    return Checkpoint(
        step=old.step if whole else 0,
        kept=new.kept,
        generator=new.generator if "seed" in changed else old.generator,
        order=old.order if ordered else new.order,
        epoch=old.epoch if ordered else new.epoch,
        loss=old.loss.astype(new.kept.dtype) if whole else new.loss,
    )


def _same_rows(old: Spec, new: Spec) -> bool:
    """Whether a sample of the one is a sample of the other."""
    return old.data_json == new.data_json and old.loss.targets == new.loss.targets
