"""Every switch and limit, in one table, from the environment (`BACKSCOPE_…`). Unknown variables are ignored.

`BACKSCOPE_PROFILE` says who the server is for, and so the default of every limit; a limit's own variable overrides it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Profile = Literal["local", "class", "public"]
"""One person's own machine; a course whose people are known; anybody."""

PROFILES: tuple[Profile, ...] = ("local", "class", "public")


def own_store() -> str:
    """The file of this user, in the folder where the system wants what a program keeps for its user."""
    home = Path.home()
    match sys.platform:
        case "win32":
            folder = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        case "darwin":
            folder = home / "Library/Application Support"
        case _:
            folder = Path(os.environ.get("XDG_DATA_HOME", home / ".local/share"))
    return str(folder / "backscope" / "sessions.sqlite3")


def by_profile(values: tuple[Any, Any, Any], text: str, answer: str | None = None, least: float | None = None) -> Any:
    """A setting whose default is another in each profile."""
    extra: Any = {"profiles": dict(zip(PROFILES, values, strict=True)), "answer": answer}
    return Field(values[0], ge=least, description=text, json_schema_extra=extra)


def limit(values: tuple[float, float, float], text: str, answer: str, *, least: float = 1) -> Any:
    """A row of the table of limits: its value in each profile, what it counts, and what is answered above it."""
    return by_profile(values, text, answer, least)


def _split(given: object) -> object:
    return [part for part in given.replace(",", " ").split() if part] if isinstance(given, str) else given


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""In the environment with commas or spaces between."""

TOO_LARGE = "`network_too_large`"
COUNT = "`count_too_large`"
FULL = "`at_capacity`"


class Settings(BaseSettings):
    """What one server may do. Counts are inclusive; sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="BACKSCOPE_", extra="ignore", populate_by_name=True)

    profile: Profile = Field("local", description="who the server is for: `local`, `class` or `public`")
    host: str = Field("127.0.0.1", description="the address to listen at")
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("BACKSCOPE_PORT", "PORT"),
        description="the port; 0 finds one",
    )
    store: str = Field(
        default_factory=own_store, description="the SQLite file of sessions and data sets, or `:memory:`"
    )
    lessons: str | None = Field(None, description="a folder with lessons of one's own")

    # Who may ask
    hosts: Words = Field((), description="names beside its own that requests may call the server by")
    origins: Words = Field((), description="sites whose pages may use the API, as in `https://course.example.org`")
    proxies: Words = Field(("127.0.0.1", "::1"), description="addresses whose `X-Forwarded-For` is believed")
    listing: bool = by_profile((True, False, False), "whether `GET /sessions` lists everybody's sessions")
    frame_ancestors: str = by_profile(
        (
            "'self' http://localhost:* https://localhost:* http://127.0.0.1:* https://127.0.0.1:* vscode-webview:",
            "'self'",
            "'self'",
        ),
        "which pages may show this one in a frame, as in a content security policy",
    )
    metrics_token: str = Field("", description="with it as bearer token `/metrics` answers from anywhere")
    log: Literal["warning", "info"] = by_profile(
        ("warning", "info", "info"), "`warning`: what went wrong, as text; `info`: every request too, as JSON"
    )

    # Sessions
    sessions: int = limit((100, 1_000, 300), "sessions that the server holds", f"{FULL}, where none may give way")
    client_sessions: int = limit(
        (0, 200, 60),
        "sessions that a client address made in as many hours as give way, and that are there; 0 is no limit",
        "`too_many_sessions`",
        least=0,
    )
    expiry_hours: int = limit(
        (168, 48, 1), "hours without a command after which a session may give way", "`session_expired`", least=0
    )
    cache_bytes: int = limit(
        (512_000_000, 1_000_000_000, 512_000_000),
        "bytes of memory for sessions held open",
        "those not used for longest are closed",
        least=0,
    )

    # A request
    cpu_seconds: float = limit(
        (0, 120, 20), "CPU seconds that a client address has in hand; 0 is no limit", "`rate_limited`", least=0
    )
    cpu_share: float = limit((0.5, 0.5, 0.1), "CPU seconds that it gets back a second", "`rate_limited`", least=0.001)
    body_bytes: int = limit(
        (4_000_000, 4_000_000, 1_000_000), "bytes of any other body", "`payload_too_large`", least=1_000
    )
    import_bytes: int = limit(
        (256_000_000, 64_000_000, 16_000_000), "bytes of a saved session", "`payload_too_large`", least=1_000
    )
    body_seconds: float = limit((120, 60, 30), "seconds that a body may take to come", "`body_too_slow`", least=0.1)
    json_depth: int = limit((32, 32, 32), "levels that JSON is nested", "`json_too_deep`", least=8)
    batches_a_request: int = limit((100_000, 20_000, 5_000), "batches that one advance runs", COUNT)
    run_steps: int = limit((10_000_000, 1_000_000, 100_000), "steps of one run in the background", COUNT)
    streams: int = limit((1_000, 2_000, 500), "streams of events that are open at once", "`too_many_streams`")
    client_streams: int = limit(
        (0, 100, 30), "streams that a client address has open; 0 is no limit", "`too_many_streams`", least=0
    )
    ticks_an_answer: int = limit((1_000, 1_000, 1_000), "tick records in one answer", COUNT)
    tensor_values: int = limit(
        (65_536, 65_536, 16_384), "values of a tensor in a frame", "a summary and an address in its place", least=1_024
    )
    path_terms: int = limit((500_000, 200_000, 100_000), "terms followed to find paths", TOO_LARGE, least=1_000)

    # A network
    layers: int = limit((64, 64, 32), "layers", TOO_LARGE)
    units: int = limit((4_096, 2_048, 1_024), "units of a layer", TOO_LARGE)
    parameters: int = limit((2_000_000, 500_000, 150_000), "parameters", TOO_LARGE)
    batch: int = limit((1_000_000, 10_000, 2_000), "rows of a batch", TOO_LARGE)
    numbers: int = limit((8_000_000, 2_000_000, 1_000_000), "numbers that one step holds", TOO_LARGE)

    # Data
    cells: int = limit(
        (2_000_000, 500_000, 100_000), "numbers in a spec's rows or a table", f"{TOO_LARGE}, `csv_invalid`"
    )
    columns: int = limit((1_000, 1_000, 200), "columns of a table, and inputs made of them", "`csv_invalid`", least=2)
    datasets: int = limit((100, 500, 50), "uploaded data sets", f"{FULL}, where none is unused")
    dataset_bytes: int = limit(
        (64_000_000, 256_000_000, 16_000_000), "bytes of all uploaded data sets", f"{FULL}, where none is unused",
        least=1_000,
    )  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _with_profile(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What nobody set has the value of the profile."""
        chosen = given.get("profile", "local")
        defaults = {name: row["profiles"][chosen] for name, row in rows().items() if chosen in row["profiles"]}
        return {**defaults, **given}


def rows() -> dict[str, dict[str, Any]]:
    """The settings with a value for each profile, by name; limits have an `answer` too."""
    found = {name: field.json_schema_extra for name, field in Settings.model_fields.items()}
    return {name: extra for name, extra in found.items() if isinstance(extra, dict)}
