# SPDX-License-Identifier: MIT
"""Tests of what tools/cassandra makes of its arguments and of processes, without a Cassandra."""

import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "cassandra"
NETWORK = "127.0.213"
SUPPORTED = bytes([0x84, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0])


class Tool(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.node = self.home / NETWORK / "node1"
        self.environment = dict(os.environ, CASSANDRA_HOME=str(self.home), CASSANDRA_NETWORK=NETWORK)

    def run_tool(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(TOOL), *arguments], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def check_refused(self, arguments: list[str], words: str) -> None:
        done = self.run_tool(*arguments)
        self.assertEqual(done.returncode, 1, arguments)
        self.assertRegex(done.stderr, r"^Error: .*\nWhy: .*\nFix: .*\n$")
        self.assertIn(words, done.stderr)

    def start_process(self) -> subprocess.Popen[bytes]:
        """What looks like node 1 to the tool."""
        process = subprocess.Popen(["bash", "-c", "exec -a CassandraDaemon sleep 60"])
        self.addCleanup(lambda: (process.kill(), process.wait()))
        self.node.mkdir(parents=True)
        (self.node / "pid").write_text(f"{process.pid}\n", encoding="utf-8")
        return process

    def wait_for_state(self, process: subprocess.Popen[bytes], wanted: str) -> None:
        state, end = "", time.monotonic() + 20
        while state != wanted and time.monotonic() < end:
            state = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
            time.sleep(0.02)
        self.assertEqual(state, wanted)

    def serve(self) -> None:
        """Answers OPTIONS as node 1 would."""
        server = socket.create_server((f"{NETWORK}.1", 9042))
        self.addCleanup(server.close)
        self.addCleanup(server.shutdown, socket.SHUT_RDWR)  # wakes accept()

        def answer() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    if len(client.recv(9)) == 9:
                        client.sendall(SUPPORTED)

        threading.Thread(target=answer, daemon=True).start()

    def pretend_java(self) -> None:
        java = self.home / "jdk" / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2\n", encoding="utf-8")
        java.chmod(0o755)
        (self.home / "lib").mkdir()
        (self.home / "lib" / ".done").touch()
        self.environment["JAVA_HOME"] = str(self.home / "jdk")

    def test_wrong_arguments(self) -> None:
        self.check_refused(["nope"], 'no command "nope"')
        for command in ("kill", "pause", "resume", "node", "log"):
            self.check_refused([command], 'not ""')
        for wrong in ("0", "-1", "100", "x", "1x", "01"):
            self.check_refused(["start", wrong], f'not "{wrong}"')
            self.check_refused(["node", wrong], f'not "{wrong}"')

    def test_surplus_arguments(self) -> None:
        self.check_refused(["start", "1", "2"], 'takes no "2"')
        self.check_refused(["kill", "1", "3"], 'takes no "3"')
        self.check_refused(["wipe", "7"], 'takes no "7"')
        self.check_refused(["status", "x"], 'takes no "x"')

    def test_a_node_that_does_not_run(self) -> None:
        self.check_refused(["pause", "1"], "node 1 is not running")
        self.check_refused(["resume", "1"], "node 1 is not running")
        for command in (["stop"], ["stop", "1"], ["kill", "1"], ["status"], ["wipe"]):
            done = self.run_tool(*command)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_pause_and_resume(self) -> None:
        process = self.start_process()
        self.assertEqual(self.run_tool("pause", "1").returncode, 0)
        self.wait_for_state(process, "T")
        self.assertIn("node 1 is paused", self.run_tool("status").stdout)
        self.assertEqual(self.run_tool("resume", "1").returncode, 0)
        self.wait_for_state(process, "S")
        self.assertIn("node 1 is starting", self.run_tool("status").stdout)

    def test_node_lets_a_paused_one_go_on(self) -> None:
        process = self.start_process()
        self.pretend_java()
        self.run_tool("pause", "1")
        self.serve()
        done = self.run_tool("node", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("node 1 accepts CQL", done.stdout)
        self.wait_for_state(process, "S")

    def test_help(self) -> None:
        for arguments in ([], ["--help"], ["-h"]):
            done = self.run_tool(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertIn("tools/cassandra start [N]", done.stdout)


if __name__ == "__main__":
    unittest.main()
