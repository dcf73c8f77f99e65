"""What a store keeps, as bytes with a checksum: JSON, and checkpoints as NumPy's own files."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from ..engine.training import Checkpoint
from .store import Start


class Damage(Exception):
    """A record is not what was written."""


def seal(content: bytes | dict[str, Any]) -> tuple[bytes, int]:
    """A record and its checksum."""
    record = content if isinstance(content, bytes) else json.dumps(content).encode()
    return record, zlib.crc32(record)


def open_seal(record: object, sum_: object) -> bytes:
    if not isinstance(record, bytes) or zlib.crc32(record) != sum_:
        raise Damage("a record does not match its checksum")
    return record


def together(records: Iterable[bytes]) -> Any:
    """The JSON of many small records, read at one go: three times as fast as one by one."""
    return json.loads(b"[" + b",".join(records) + b"]")


def pack(start: Start, state_sha256: str = "") -> bytes:
    """A checkpoint as NumPy's own file; what is no array stands in it as JSON."""
    checkpoint = start.checkpoint
    others = {f.name: getattr(start, f.name) for f in fields(start) if f.name != "checkpoint"}
    plain = {
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "generator": checkpoint.generator,
        "start": others,
        "state_sha256": state_sha256,
    }
    file = io.BytesIO()
    np.savez(
        file,
        plain=np.frombuffer(json.dumps(plain).encode(), np.uint8),
        kept=checkpoint.kept,
        order=checkpoint.order.astype(np.min_scalar_type(len(checkpoint.order))),
        loss=checkpoint.loss,
    )
    return file.getvalue()


def unpack(record: bytes) -> tuple[Start, str]:
    with np.load(io.BytesIO(record)) as file:
        plain = json.loads(file["plain"].tobytes())
        checkpoint = Checkpoint(
            step=plain["step"],
            kept=file["kept"],
            generator=plain["generator"],
            order=file["order"].astype(np.intp),
            epoch=plain["epoch"],
            loss=file["loss"],
        )
    return Start(checkpoint, **plain["start"]), plain["state_sha256"]
