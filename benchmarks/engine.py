"""The engine beside PyTorch and beside NumPy written out by hand: `python3 dev.py bench engine`.

Four networks, float32, plain gradient descent, one thread each, everything retained for viewing. Before anything is
timed, the parameters of all must agree after a few steps, and must have moved.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any, Protocol

import numpy as np

from .contestants import Backscope, Network, Parameters, PyTorch, StraightLine
from .measuring import Contestant, Rounds, Target, interleaved, middle, ratio, table

OURS, RECORDED, BY_HAND = "Backscope", "recorded", "NumPy by hand"
TORCH, TUTORIAL = "PyTorch", "PyTorch of a tutorial"

STEPS, TOLERANCE = 5, 2e-5
"""After how many steps the parameters of all must agree, and within what."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Case:
    """A network, how many times as fast as PyTorch it must be, and how many times as long the recorder may take."""

    network: Network
    faster: float
    recorder: float | None = None

    @property
    def targets(self) -> list[Target]:
        recorder = [Target(RECORDED, OURS, self.recorder, most=True)] if self.recorder else []
        return [Target(TORCH, OURS, self.faster), *recorder]


CASES = [
    Case(Network((10, 5, 1), "relu", "mse", 1), faster=7, recorder=2),
    Case(Network((2, 4, 2, 1), "tanh", "mse", 10), faster=6, recorder=2),
    Case(Network((64, 32, 16, 10), "relu", "cross_entropy", 32), faster=3.5),
    Case(Network((784, 128, 64, 10), "relu", "cross_entropy", 64), faster=1.2),
]


class Engine(Contestant, Protocol):
    def parameters(self) -> Parameters:
        """Copies of W and b of every layer in turn."""


def engines(network: Network) -> dict[str, Engine]:
    """Everyone who takes part, from the same parameters."""
    ours = Backscope(network)
    start = ours.parameters()
    return {
        OURS: ours,
        RECORDED: Backscope(network, recorded=True),
        TORCH: PyTorch(network, start),
        TUTORIAL: PyTorch(network, start, tutorial=True),
        BY_HAND: StraightLine(network, start),
    }


def disagreement(contestants: Mapping[str, Engine]) -> str:
    """What is wrong with the parameters after some steps from the start, as a sentence; empty where all agree."""
    first, *others = contestants
    ends = {}
    for name, contestant in contestants.items():
        contestant.reset()
        start = contestant.parameters()
        contestant.run(STEPS)
        ends[name] = contestant.parameters()
        if apart(start, ends[name]) < 10 * TOLERANCE:
            return f"the parameters of {name} have hardly moved in {STEPS} steps, so that agreeing would say nothing"
    for name in others:
        if not (distance := apart(ends[first], ends[name])) <= TOLERANCE:
            return f"after {STEPS} steps {name} is {distance:.1e} away from {first}; at most {TOLERANCE:.0e} is allowed"
    return ""


def apart(some: Parameters, others: Parameters) -> float:
    """The largest difference between two sets of parameters; NaN where one has a NaN."""
    return float(np.max([np.max(np.abs(a - b)) for a, b in zip(some, others, strict=True)]))


def row(case: Case, rounds: Rounds) -> list[str]:
    """A network's line in the table: microseconds a step, then ratios."""
    times = [f"{middle(rounds, name) * 1e6:.1f}" for name in (BY_HAND, OURS, RECORDED, TORCH, TUTORIAL)]
    recorder = f"{ratio(rounds, RECORDED, OURS):.2f}" + (f" (at most {case.recorder:g})" if case.recorder else "")
    return [
        named(case.network),
        *times,
        f"{ratio(rounds, TORCH, OURS):.2f} (at least {case.faster:g})",
        f"{ratio(rounds, OURS, BY_HAND):.2f}",
        recorder,
        "met" if all(target.met(rounds) for target in case.targets) else "missed",
    ]


def named(network: Network) -> str:
    return f"{network.name} {network.activation} {network.loss}, batch {network.batch}"


HEADINGS = [
    "µs a step",
    BY_HAND,
    OURS,
    RECORDED,
    TORCH,
    TUTORIAL,
    "PyTorch / Backscope",
    "Backscope / by hand",
    "recorded / Backscope",
    "targets",
]


def machine() -> dict[str, str]:
    """What the figures hold for."""
    return {
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": version("torch"),
    }


def processor() -> str:
    """The processor's name where the system tells it."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench engine", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=positive, default=25, help="how often everyone is timed (default: 25)")
    parser.add_argument("--milliseconds", type=positive, default=40, help="for how long each time (default: 40)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write every time of every round there")
    return parser.parse_args(given)


def positive(given: str) -> int:
    if not given.isdigit() or int(given) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {given[:40]}")
    return int(given)


def main(given: Sequence[str]) -> int:
    """Measure and print; 1 where a target is missed."""
    asked = arguments(given)
    if any(os.environ.get(name) != "1" for name in THREADS):
        sys.exit("Everyone is to have one thread; start this as `python3 dev.py bench engine`.")
    print(", ".join(f"{key} {value}" for key, value in machine().items()), flush=True)
    report: list[dict[str, Any]] = []
    rows = [HEADINGS]
    for case in CASES:
        contestants = engines(case.network)
        if wrong := disagreement(contestants):
            sys.exit(f"{case.network.name}: {wrong}.")
        rounds = interleaved(contestants, asked.rounds, asked.milliseconds / 1000, Random(1))
        rows.append(row(case, rounds))
        report.append({"network": case.network.name, "targets_met": rows[-1][-1] == "met", "seconds": rounds})
    print(table(rows))
    if asked.json:
        asked.json.write_text(json.dumps({"machine": machine(), "cases": report}, indent=1) + "\n", encoding="utf-8")
    return 0 if all(case["targets_met"] for case in report) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
