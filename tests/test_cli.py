"""The command that serves: its ready line, its sentences when it cannot, and how it stops."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.settings import Settings
from tests.command import CLEAN, ROOT, command, server

JSON = {"Content-Type": "application/json"}


def refusal(*arguments, root=ROOT, **environment):
    """What the command says on stderr when it refuses to start, which must be exit code 1."""
    done = subprocess.run(
        command(*arguments),
        cwd=root,
        env={**CLEAN, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("way", ["flag", "PORT", "BACKSCOPE_PORT"])
def test_a_taken_port_is_one_sentence(taken, way):
    said = refusal("--port", str(taken)) if way == "flag" else refusal(**{way: str(taken)})

    assert said == f"Port {taken} on 127.0.0.1 is taken; choose another with --port.\n"


def test_a_port_out_of_range_is_one_sentence():
    said = refusal("--port", "70000")

    assert said == "Port 70000 is not between 0 and 65535; choose another with --port.\n"


def test_an_address_of_another_machine_is_one_sentence():
    said = refusal("--host", "192.0.2.1", "--port", "0")

    assert said == "This machine cannot listen at 192.0.2.1; choose another address with --host.\n"


def test_a_port_that_is_no_number_is_one_sentence():
    said = refusal(PORT="http")

    assert re.fullmatch(r"The setting \w+ cannot be 'http': [^\n]*\.\n", said)


def test_a_setting_that_is_wrong_is_told_by_the_variable_that_it_comes_from():
    assert refusal(BACKSCOPE_SESSIONS="-3").startswith("The setting BACKSCOPE_SESSIONS cannot be '-3': ")


def test_a_page_that_is_not_built_is_one_sentence(tmp_path):
    shutil.copytree(ROOT / "app", tmp_path / "app")

    said = refusal("--port", "0", root=tmp_path)

    assert said == "The page is not built: run `python3 dev.py build` first.\n"


def test_the_ready_line_and_the_store_are_all_it_says_and_the_server_answers_there():
    port = free_port()

    with server("--port", str(port)) as process:
        line, store = process.stdout.readline(), process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            status = answer.status
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)

    assert line == f"Backscope is at http://127.0.0.1:{port}\n"
    assert status == 200
    assert store == "Sessions are kept in memory and end with it\n"
    assert (out, err) == ("", "")


def test_it_says_where_sessions_are_kept_and_after_a_kill_they_are_there(tmp_path):
    place = tmp_path / "new" / "sessions.sqlite3"

    with server("--port", "0", BACKSCOPE_STORE=str(place)) as process:
        api = process.stdout.readline().split()[-1] + "/api/v1/sessions"
        said = process.stdout.readline()
        post = urllib.request.Request(api, b'{"preset": "xor"}', {"Content-Type": "application/json"})
        with urllib.request.urlopen(post, timeout=5) as answer:
            location = answer.headers["Location"]
        process.kill()
    with server("--port", "0", BACKSCOPE_STORE=str(place)) as process:
        again = process.stdout.readline().split()[-1] + location
        with urllib.request.urlopen(again, timeout=5) as answer:
            status = answer.status

    assert said == f"Sessions are kept in {place}\n"
    assert status == 200


def test_a_store_that_cannot_be_had_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "sessions.sqlite3"

    said = refusal("--port", "0", BACKSCOPE_STORE=str(place))

    assert said.startswith(f"The store {place} cannot be written by user ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(("system", "folder"), [("linux", ".local/share"), ("darwin", "Library/Application Support")])
def test_an_installed_backscope_keeps_sessions_where_the_system_wants_them(monkeypatch, tmp_path, system, folder):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "BACKSCOPE_STORE"):
        monkeypatch.delenv(name, raising=False)

    assert Settings().store == str(tmp_path / folder / "backscope" / "sessions.sqlite3")


def test_nothing_loads_numpy_before_it_is_told_how_many_threads_to_use():
    code = "import app.cli, sys; print('numpy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.stdout == "False\n", done.stderr


def test_it_may_hold_as_many_connections_open_as_it_has_streams():
    if not Path("/proc/self/limits").exists():
        pytest.skip("this system does not say what a process may hold")
    bounded = f"ulimit -S -n 256; exec {sys.executable} -m app --port 0"
    process = subprocess.Popen(["sh", "-c", bounded], cwd=ROOT, env=CLEAN, stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
    finally:
        process.kill()
        process.communicate()

    held, most = re.search(r"Max open files +(\d+) +(\d+)", limits).groups()
    assert int(held) == min(Settings(store=":memory:").streams + 500, int(most))


def test_port_0_says_which_port_was_found():
    with server("--port", "0") as process:
        line = process.stdout.readline()
        port = int(line.rpartition(":")[2])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            status = answer.status

    assert status == 200


def test_an_ipv6_address_is_said_in_brackets():
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")

    with server("--host", "::1", "--port", "0") as process:
        line = process.stdout.readline()

    assert re.fullmatch(r"Backscope is at http://\[::1\]:\d+\n", line)


@pytest.mark.parametrize(
    ("host", "profile", "warned"),
    [("0.0.0.0", None, True), ("0.0.0.0", "local", False), ("0.0.0.0", "class", False), ("127.0.0.1", None, False)],
)
def test_a_bind_to_the_network_without_a_profile_says_what_that_means(host, profile, warned):
    environment = {"BACKSCOPE_LOG": "warning", **({"BACKSCOPE_PROFILE": profile} if profile else {})}

    with server("--host", host, "--port", "0", **environment) as process:
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)

    assert ("Whoever reaches this machine over the network" in err) == warned
    assert "BACKSCOPE_PROFILE=class" in err or not warned
    assert err == "" or warned


def test_the_name_it_was_bound_by_is_one_of_its_own():
    with server("--host", "127.0.0.2", "--port", "0") as process:
        url = process.stdout.readline().split()[-1]
        answers = {}
        for host in ("127.0.0.2", "rebound.example"):
            request = urllib.request.Request(f"{url}/livez", headers={"Host": host})
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    answers[host] = answer.status
            except urllib.error.HTTPError as error:
                answers[host] = error.code

    assert answers == {"127.0.0.2": 200, "rebound.example": 421}


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_without_a_traceback_and_with_exit_code_0(stop):
    with server("--port", "0") as process:
        process.stdout.readline()
        began = time.monotonic()
        process.send_signal(stop)
        _, err = process.communicate(timeout=10)

    assert process.returncode == 0
    assert err == ""
    assert time.monotonic() - began < 3


def test_a_server_for_others_logs_a_line_of_json_for_every_request_and_what_goes_wrong_in_the_same_form():
    with server("--port", "0", BACKSCOPE_PROFILE="class") as process:
        url = process.stdout.readline().split()[-1]
        post = urllib.request.Request(f"{url}/api/v1/sessions", b'{"preset": "xor", "name": "Mine"}', JSON)
        with urllib.request.urlopen(post, timeout=5) as answer:
            location = answer.headers["Location"]
        with urllib.request.urlopen(url + location, timeout=5):
            pass
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)

    lines = [json.loads(line) for line in err.splitlines()]
    assert [(line["event"], line["route"], line["status"]) for line in lines] == [
        ("request", "/api/v1/sessions", 201),
        ("request", "/api/v1/sessions/{session_id}", 200),
    ]
    assert location.rsplit("/", 1)[1] not in err
    assert "Mine" not in err
