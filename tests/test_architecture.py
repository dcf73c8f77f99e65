"""Which part may know which (architecture.md), read from the sources: engine ← sessions ← api ← main, strings ← core ←
views ← main.ts, and no line of the web layer or the page names an op.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.optimizers import OPTIMIZERS

ROOT = Path(__file__).parents[1]
APP, PAGE = ROOT / "app", ROOT / "static/src"
MODULES = sorted(APP.rglob("*.py"))
SCRIPTS = sorted(path for path in PAGE.rglob("*.ts") if not path.name.endswith(".gen.ts"))

MAY_KNOW = {
    "engine": {"engine"},
    "sessions": {"sessions", "engine"},
    "lessons": {"lessons", "sessions", "engine"},
    "api": {"api", "lessons", "sessions", "engine", "settings.py"},
    "settings.py": set(),
    "main.py": {"api", "lessons", "sessions", "settings.py"},
    "cli.py": {"api", "sessions", "settings.py"},
    "__main__.py": {"cli.py"},
    "client.py": set(),
    "__init__.py": {"client.py"},
}
"""The parts of the application, each with those that it may import."""

OPS_MAY_SHARE = {"op.py", "activation.py", "loss.py", "numerics.py"}
"""The files of `ops` that every op may import: what an op, an activation and a loss are, and functions that several
need."""


def relative(path):
    return str(path.relative_to(ROOT))


def imports(path):
    """The absolute modules that a Python file imports, and the files of `app` that it imports relatively."""
    outside, inside = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            outside |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outside.add(node.module)
        elif isinstance(node, ast.ImportFrom):
            package = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            inside |= {imported(package, alias.name) for alias in node.names}
    return outside, inside


def imported(package, name):
    """The file that `from package import name` reads `name` from."""
    for path in (package / f"{name}.py", package / name / "__init__.py", package.with_suffix(".py")):
        if path.is_file():
            return path
    return package / "__init__.py"


def part(path):
    """The part of the application that a file of `app` belongs to."""
    return path.relative_to(APP).parts[0]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_imports_only_the_parts_it_may_know(path):
    _, inside = imports(path)

    unknown = {relative(other) for other in inside if part(other) not in MAY_KNOW[part(path)]}

    assert not unknown


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_inside_the_application_are_relative(path):
    outside, _ = imports(path)

    assert not {module for module in outside if module.split(".")[0] in ("app", "backscope")}


@pytest.mark.parametrize("path", [path for path in MODULES if part(path) == "engine"], ids=relative)
def test_the_engine_needs_only_numpy_and_the_standard_library(path):
    outside, _ = imports(path)

    assert {module.split(".")[0] for module in outside} <= {"numpy", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", [path for path in MODULES if part(path) == "sessions"], ids=relative)
def test_sessions_know_nothing_of_the_web(path):
    outside, _ = imports(path)

    assert {module.split(".")[0] for module in outside} <= {"numpy", *sys.stdlib_module_names}


OPENS_FILES = {
    "cli.py": {"socket"},
    "client.py": {"httpx", "read_bytes", "read_text", "write_bytes"},
    "api/page.py": {"read_bytes", "read_text"},
    "lessons/lesson.py": {"read_text"},
    "engine/presets/__init__.py": {"read_text"},
    "engine/datasets/measured.py": {"read_text"},
    "sessions/records.py": {"np.load"},
    "sessions/sqlite.py": {"mkdir", "sqlite3.connect"},
}
"""Who reaches beyond the process and how: the program's own files, the store, and the client, in its user's program."""

REACHING = {
    *("open", "read_bytes", "read_text", "write_bytes", "write_text", "mkdir", "unlink", "urlopen", "system", "popen"),
    *("np.load", "np.loadtxt", "np.fromfile", "np.genfromtxt", "np.memmap", "np.save", "sqlite3.connect"),
}
RUNNING = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "ctypes", "runpy", "code", "importlib"}
NETWORK = {"socket", "ssl", "http", "urllib", "httpx", "requests", "ftplib", "smtplib", "subprocess", "multiprocessing"}


def calls(path):
    """The functions that a Python file calls, with the name of a module before the dot where they are one's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            yield f"{owner}.{node.func.attr}" if owner in ("np", "sqlite3", "re") else node.func.attr, node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def test_there_is_one_way_into_a_thread_and_it_is_paid_for():
    ways = re.compile(r"\b(to_thread|run_in_executor|run_in_threadpool)\b")

    found = {relative(path) for path in MODULES if ways.search(path.read_text(encoding="utf-8"))}

    assert found == {"app/api/rates.py"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_path_and_no_address_that_a_user_gives_can_be_opened(path):
    outside, _ = imports(path)
    allowed = OPENS_FILES.get(str(path.relative_to(APP)), set())

    assert {name for name, _ in calls(path)} & REACHING <= allowed
    opening = outside - {"urllib.parse"}  # which writes addresses and opens none
    assert {module.split(".")[0] for module in opening} & NETWORK <= allowed


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_nothing_that_is_read_can_run(path):
    outside, _ = imports(path)

    assert not {module.split(".")[0] for module in outside} & RUNNING
    assert not {name for name, _ in calls(path)} & {"eval", "exec", "compile", "__import__"}
    assert not [node for _, node in calls(path) for word in node.keywords if word.arg == "allow_pickle"]


@pytest.mark.parametrize("path", sorted((APP / "engine/ops").glob("*.py")), ids=relative)
def test_an_op_imports_no_other_op_s_file_and_no_layer(path):
    _, inside = imports(path)
    ops = {other.name for other in inside if other.parent == path.parent}

    if path.name != "__init__.py":
        assert ops <= OPS_MAY_SHARE - {path.name}
    assert not {other for other in inside if other.parent.name == "layers"}


FROM = r"""(?:import|export)\s+(type\s)?(?:[^'";()]*?\sfrom\s+)?["']([^"']+)["']"""
IMPORT = re.compile(rf"""^\s*{FROM}|\bimport\(["']([^"']+)["']\)""", re.M)


def scripts_imported(path):
    """The files that a TypeScript file imports, each with whether only types come from it; packages left out."""
    found = [(match[2] or match[3], bool(match[1])) for match in IMPORT.finditer(path.read_text(encoding="utf-8"))]
    return [((path.parent / name).resolve(), typed) for name, typed in found if name.startswith(".")]


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.parent.name == "core"], ids=relative)
def test_the_page_s_core_imports_no_view_and_of_the_api_only_types(path):
    for other, only_types in scripts_imported(path):
        assert other.parent.name in {"core", "strings"} or (other.parent.name == "api" and only_types), other


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.parent.name == "strings"], ids=relative)
def test_the_page_s_strings_know_no_code_but_its_types(path):
    for other, only_types in scripts_imported(path):
        assert other.parent.name == "strings" or only_types, other


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.parent.name == "core"], ids=relative)
def test_the_page_s_core_has_no_document_no_network_and_no_clock(path):
    source = without_comments(path.read_text(encoding="utf-8"))

    assert not re.findall(
        r"\b(?:document|window|navigator|localStorage|performance)\.|\bfetch\(|\bDate\b|\bMath\.random\b"
        r"|\bset(?:Timeout|Interval)\(|\brequestAnimationFrame\(|\bHTML\w*Element\b",
        source,
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_nothing_imports_the_page_s_main(path):
    assert "main.ts" not in {other.name for other, _ in scripts_imported(path)}


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_the_page_has_no_style_attribute_which_the_content_security_policy_would_refuse(path):
    source = without_comments(path.read_text(encoding="utf-8"))

    assert not re.findall(r"""style=["'](?!\))|style-map\.js|setAttribute\(["']style|\beval\(|new Function\(""", source)


OPS = {*ACTIVATIONS.names(), *LOSSES.names(), *OPTIMIZERS.names()}
WEB = [path for path in MODULES if part(path) == "api"]


def without_comments(source):
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)


def texts(path):
    """The string literals of a Python file that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    literals = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in statements]
    return [node.value for node in literals if isinstance(node.value, str)]


@pytest.mark.parametrize("path", WEB, ids=relative)
def test_no_line_of_the_web_layer_names_an_op(path):
    assert not [text for text in texts(path) if OPS & set(re.findall(r"\w+", text))]


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_no_line_of_the_page_names_an_op(path):
    source = without_comments(path.read_text(encoding="utf-8"))

    literals = re.findall(r"""(["'`])(\w+)\1""", source)
    keys = re.findall(r"\b(\w+)\s*:", source)
    assert not OPS & {literal for _, literal in literals}
    assert not (OPS - {"linear"}) & set(keys)


def tracked():
    """The files under version control, as bytes."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return {path: path.read_bytes() for path in paths if path.is_file()}


def test_no_tracked_file_names_a_registry_s_host_or_a_place_on_one_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("what is tracked is known only to git")
    hosts = rb"registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org|download\.pytorch\.org"
    places = rb"(?<![\w.$*])/(?:work|root|opt|mnt)/[\w.]|/home/\w"

    found = {
        f"{relative(path)}: {line.decode(errors='replace')[:100]}"
        for path, content in tracked().items()
        if path != Path(__file__)
        for line in content.splitlines()
        if re.search(rb"%s|%s" % (hosts, places), line)
    }

    assert not found
