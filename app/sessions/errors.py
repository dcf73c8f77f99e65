"""What can be wrong with a request to a session, beside what the engine refuses."""

from __future__ import annotations

from ..engine.errors import BackscopeError


class SessionNotFound(BackscopeError):
    code = "session_not_found"
    title = "There is no such session"


class SessionExpired(BackscopeError):
    code = "session_expired"
    title = "The session has given way to others"


class DatasetNotFound(BackscopeError):
    code = "not_found"
    title = "There is no such data set"


class ListingDisabled(BackscopeError):
    code = "listing_disabled"
    title = "Sessions are not listed here"


class ReadOnly(BackscopeError):
    code = "read_only"
    title = "This session can only be looked at"


class MomentNotReached(BackscopeError):
    code = "moment_not_reached"
    title = "The session has not reached this moment"


class SessionDiverged(BackscopeError):
    code = "session_diverged"
    title = "The loss is not a finite number any more"


class RunActive(BackscopeError):
    code = "run_active"
    title = "The session is being run in the background"


class RunNotFound(BackscopeError):
    code = "not_found"
    title = "There is no such run"


class CountTooLarge(BackscopeError):
    code = "count_too_large"
    title = "Too much was asked for at once"


class AtCapacity(BackscopeError):
    code = "at_capacity"
    title = "The server holds all that it can"


class FileTooNew(BackscopeError):
    code = "file_too_new"
    title = "The file is of a later version"


class StorageFull(BackscopeError):
    code = "storage_full"
    title = "There is no room left to keep this"


class StoreUnavailable(BackscopeError):
    code = "store_unavailable"
    title = "The store cannot be used"


class RecordDamaged(BackscopeError):
    code = "internal_error"
    title = "What was stored is damaged"
