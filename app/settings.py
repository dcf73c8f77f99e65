"""Every switch and limit, in one table, from the environment (`BACKSCOPE_…`). Unknown variables are ignored."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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


class Settings(BaseSettings):
    """What one server may do. Counts are inclusive; sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="BACKSCOPE_", extra="ignore", populate_by_name=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535, validation_alias=AliasChoices("BACKSCOPE_PORT", "PORT"))
    store: str = Field(default_factory=own_store, description="the SQLite file of the sessions, or :memory:")
    lessons: str | None = Field(None, description="a folder with lessons of one's own")
    cache_bytes: int = Field(512_000_000, ge=0, description="how much memory sessions take that are held open")
    sessions: int = Field(100, ge=1, description="how many sessions the server holds")
    expiry_hours: int = Field(168, ge=0, description="after how long without a command a session may give way")
    body_bytes: int = Field(4_000_000, ge=1_000, description="the largest request body")
    json_depth: int = Field(32, ge=8, description="how deep a request's JSON may be nested")
    batches_a_request: int = Field(100_000, ge=1, description="how many batches one advance may run")
    run_steps: int = Field(10_000_000, ge=1, description="how many steps one run in the background may take")
    streams: int = Field(1_000, ge=1, description="how many streams of events are open at once")
    ticks_an_answer: int = Field(1_000, ge=1, description="how many tick records one answer may have")
    tensor_values: int = Field(65_536, ge=1_024, description="above this a frame has a tensor's summary only")
    path_terms: int = Field(500_000, ge=1_000, description="how many terms are followed to find paths")
    layers: int = Field(64, ge=1)
    units: int = Field(4_096, ge=1)
    parameters: int = Field(2_000_000, ge=1)
    cells: int = Field(2_000_000, ge=1, description="how many numbers a spec's rows or an uploaded table may have")
    columns: int = Field(1_000, ge=2, description="how many columns an uploaded table may have, and inputs")
    datasets: int = Field(100, ge=1, description="how many uploaded data sets the server holds")
    dataset_bytes: int = Field(64_000_000, ge=1_000, description="how large they may be together")
