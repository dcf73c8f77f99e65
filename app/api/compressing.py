"""What is the same for everyone who opens the page is compressed once: that takes longer than the rest of an answer."""

from __future__ import annotations

from starlette.datastructures import Headers

COMPRESSED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}


def takes_compressed(headers: Headers) -> bool:
    """Whether who asks takes gzip: it is named, and not with the weight 0 (RFC 9110, 12.5.3)."""
    for accepted in headers.get("accept-encoding", "").split(","):
        coding, _, weight = accepted.partition(";")
        if coding.strip().lower() in {"gzip", "x-gzip"}:
            weight = weight.strip().lower().removeprefix("q=")
            return not weight or weight.strip("0.") != ""
    return False
