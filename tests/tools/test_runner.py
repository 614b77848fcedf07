# SPDX-License-Identifier: MIT
"""Tests of what tools/test makes of the output of programs."""

import contextlib
import io
import os
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "runner"))

import catch_output  # noqa: E402  (the path has to be set before)
import report  # noqa: E402
import tap_output  # noqa: E402
import variants  # noqa: E402

GOOD = b"""<?xml version="1.0"?><Catch name="t"><Group name="t">
<TestCase name="first" filename="a.cpp" line="1"><OverallResult success="true"/></TestCase>
<TestCase name="second" filename="a.cpp" line="2">
  <Section name="s"><Expression success="false" type="CHECK" filename="a.cpp" line="3">
    <Original> a == 4 </Original><Expanded> 3 == 4 </Expanded></Expression></Section>
  <OverallResult success="false"/></TestCase>
<TestCase name="third" filename="a.cpp" line="9"><Skip> no server </Skip><OverallResult success="true" skips="1"/></TestCase>
"""


def verdicts(results: List[report.Result]) -> List[str]:
    return [f"{r.name} {r.status}" for r in results]


class CatchReports(unittest.TestCase):
    def test_whole(self) -> None:
        results = catch_output.read_report(GOOD + b"</Group></Catch>")
        self.assertEqual(verdicts(results), ["first passed", "second failed", "third skipped"])
        self.assertIn("a.cpp:3: CHECK( a == 4 )\n  with: 3 == 4", results[1].detail)
        self.assertEqual(results[2].detail, "no server")

    def test_cut_inside_a_test(self) -> None:
        results = catch_output.read_report(GOOD + b'<TestCase name="fourth" filename="a.cpp" line="12"><Section na')
        self.assertEqual(verdicts(results)[3:], ["fourth failed"])
        self.assertIn("ended inside", results[3].detail)

    def test_every_prefix_is_read(self) -> None:
        for length in range(len(GOOD)):
            catch_output.read_report(GOOD[:length])

    def test_specification(self) -> None:
        self.assertEqual(catch_output.test_specification("", "~[real]"), "~[real]")
        self.assertEqual(catch_output.test_specification("x", "[a],[b]"), '"*x*"[a],"*x*"[b]')

    def run_script(self, body: str, timeout: float = 20) -> List[report.Result]:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "program"
            script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
            return catch_output.run_catch([str(script)], Path(folder), "", "~[real]", {}, timeout)

    def test_a_program_that_fails_after_its_tests(self) -> None:
        results = self.run_script("echo leaked; exit 23")
        self.assertEqual(verdicts(results), ["the program ends well failed"])
        self.assertIn("status 23\nleaked", results[0].detail)

    def test_a_program_that_dies(self) -> None:
        self.assertIn("died of signal 11", self.run_script("kill -SEGV $$")[0].detail)

    def test_a_program_that_hangs(self) -> None:
        self.assertIn("did not end", self.run_script("exec sleep 20", 0.2)[0].detail)

    def test_no_test_matches(self) -> None:
        self.assertEqual(self.run_script("echo No tests ran; exit 2"), [])


class TapReports(unittest.TestCase):
    def test_results(self) -> None:
        results = tap_output.read_tap("ok 1 - a\nnot ok 2 - b\n# why\nok 3 - c # SKIP not here\n1..3\n")
        self.assertEqual(verdicts(results), ["a passed", "b failed", "c skipped"])
        self.assertEqual((results[1].detail, results[2].detail), ("why\n", "not here"))

    def test_a_script_that_ends_early(self) -> None:
        for text in ("", "ok 1 - a\n", "ok 1 - a\n1..2\n", "Traceback\n"):
            self.assertEqual(tap_output.read_tap(text)[-1].status, report.FAILED)


class Reports(unittest.TestCase):
    def finish(self, *results: report.Result) -> str:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            whole = report.Report()
            whole.group("group", list(results))
            self.status = whole.finish()
        return text.getvalue()

    def test_the_last_line_counts(self) -> None:
        text = self.finish(
            report.Result("a", report.PASSED),
            report.Result("b", report.FAILED, "why"),
            report.Result("c", report.SKIPPED, "reason"),
        )
        self.assertEqual(text.splitlines()[-1], "1 passed, 1 failed, 1 skipped")
        self.assertIn("group: c: reason", text)
        self.assertEqual(self.status, 1)

    def test_no_failure_is_success(self) -> None:
        self.finish(report.Result("a", report.PASSED))
        self.assertEqual(self.status, 0)

    def test_nothing_ran_is_no_success(self) -> None:
        self.assertIn("no test ran", self.finish())
        self.assertEqual(self.status, 1)


class Builds(unittest.TestCase):
    def test_failures_of_ninja(self) -> None:
        said = (
            "[1/3] Compiling a\nFAILED: a.o \ng++ -c a.cpp\na.cpp:1: error: first\n"
            "[2/3] Compiling b\nfine\nFAILED: program \ng++ -o program\nld: undefined\nninja: build stopped\n"
        )
        shown = variants.failures(said)
        self.assertIn("a.cpp:1: error: first", shown)
        self.assertIn("ld: undefined", shown)
        self.assertNotIn("g++ -", shown)

    def test_the_compiler_is_from_the_environment(self) -> None:
        before = os.environ.get("CXX")
        os.environ["CXX"] = "g++ -m64"
        self.addCleanup(lambda: os.environ.pop("CXX") if before is None else os.environ.update(CXX=before))
        self.assertTrue(variants.find_gcc().label.startswith("g++ "))


if __name__ == "__main__":
    unittest.main()
