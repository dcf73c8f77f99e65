"""How the log is written: structlog's events and the standard library's, in one form."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.stdlib import get_logger

__all__ = ["get_logger", "logging_config"]

BEFORE_RENDERING: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[*BEFORE_RENDERING, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def logging_config(level: str) -> dict[str, Any]:
    """How Python's logging writes to stderr: at `info` a line of JSON each, at `warning` a line of text."""
    shown = structlog.processors.JSONRenderer() if level == "info" else structlog.dev.ConsoleRenderer(colors=False)
    loggers = {"backscope": level.upper(), "uvicorn": "WARNING", "uvicorn.error": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": BEFORE_RENDERING,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": {name: {"handlers": ["stderr"], "level": at, "propagate": False} for name, at in loggers.items()},
    }
