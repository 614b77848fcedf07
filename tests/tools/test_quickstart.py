# SPDX-License-Identifier: MIT
"""Tests of what tools/quickstart makes of its arguments; wrong ones are refused before anything is built."""

import subprocess
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "quickstart"


class Arguments(unittest.TestCase):
    def check(self, arguments: list[str], words: str) -> None:
        done = subprocess.run([str(TOOL), *arguments], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
        self.assertRegex(done.stderr, r"^Error: .*\nWhy: .*\nFix: .*\n$")
        self.assertIn(words, done.stderr)

    def test_unknown(self) -> None:
        self.check(["--nope"], '"--nope"')
        self.check(["--hosts", "h", "x"], '"x"')

    def test_missing_values(self) -> None:
        self.check(["--hosts"], "--hosts needs a value")
        self.check(["--hosts", "h", "--port"], "--port needs a value")
        self.check(["--hosts", ""], "--hosts needs a value")

    def test_ports(self) -> None:
        self.check(["--port", "9042"], "without --hosts")
        for wrong in ("x", "0", "-1", "65536", "99999999999999999999", "90 42", "1x"):
            self.check(["--hosts", "h", "--port", wrong], f'"{wrong}"')

    def test_help(self) -> None:
        done = subprocess.run([str(TOOL), "--help"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertIn("tools/quickstart [--hosts HOST,HOST...] [--port PORT]", done.stdout)


if __name__ == "__main__":
    unittest.main()
