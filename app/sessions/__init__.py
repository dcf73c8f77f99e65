"""One learner's experiment: a spec, a log of commands, and every moment derived from them. Knows the engine, no web."""

MEMORY = ":memory:"
"""What SQLite calls a store that lasts as long as the process."""
