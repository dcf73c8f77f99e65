"""Tensors as a safetensors file, for whoever asks for that in place of JSON: fewer bytes, and sooner read.

Tensors that are not computed yet are not in it. What else the JSON has is in the metadata: a text as it is, anything
else as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi import Response

from ..engine.terms import Array
from ..sessions.session import Session
from .encoding import encode
from .routes import JSON
from .schemas.base import Answer

SAFETENSORS = "application/x-safetensors"
DTYPES = {"float64": "F64", "float32": "F32"}


def either(model: type[Answer]) -> dict[int | str, dict[str, Any]]:
    """What a route declares that answers with tensors in either form."""
    file = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"model": model, "content": {SAFETENSORS: file}}}


def of_tensors(
    session: Session, tensors: Mapping[str, Array | None], headers: Mapping[str, str], **told: Any
) -> Response:
    """All of these tensors in full, each in its own dtype; those not computed are named under `not_computed`."""
    there = {name: np.asarray(values, order="C") for name, values in tensors.items() if values is not None}
    members = {"session": session.head(), **told, "not_computed": [name for name in tensors if name not in there]}
    metadata = {name: one if isinstance(one, str) else encode(one).decode() for name, one in members.items()}
    return Response(safetensors(there, metadata), 200, headers, SAFETENSORS)


def safetensors(tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The file: how long its header is, the header, and the numbers of one tensor after the other.

    The library's own writer puts the metadata in an order that it draws anew every time, where the same tag has to
    stand for the same bytes; and it copies all of them three times.
    """
    header: dict[str, Any] = {"__metadata__": metadata}
    numbers = [values.astype(values.dtype.newbyteorder("<"), copy=False) for values in tensors.values()]
    end = 0
    for name, values in zip(tensors, numbers, strict=True):
        begin, end = end, end + values.nbytes
        header[name] = {"dtype": DTYPES[values.dtype.name], "shape": values.shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text = text.ljust(-(-len(text) // 8) * 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(values.data for values in numbers)])


def headers_of(tag: str, media: str) -> dict[str, str]:
    """The headers of an answer that there is in two forms, each of which has a tag of its own."""
    return {"ETag": tag if media == JSON else f'{tag[:-1]}-safetensors"', "Vary": "Accept"}
