# SPDX-License-Identifier: MIT
"""Runs a Catch2 program, version 2 or 3, and reads its XML report, also when the program dies half-way."""

import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Dict, List, Optional

from report import FAILED, PASSED, SKIPPED, Result, tail


def describe(element: ElementTree.Element) -> List[str]:
    """The failures below a TestCase element, a line or a few for each."""
    lines = []
    for item in element.iter():
        place = f"{item.get('filename', '')}:{item.get('line', '')}"
        if item.tag == "Expression" and item.get("success") == "false" and item.get("type"):
            original, expanded = (item.findtext(t, "").strip() for t in ("Original", "Expanded"))
            lines.append(f"{place}: {item.get('type')}( {original} )")
            lines += [f"  with: {expanded}"] if expanded != original else []
        if item.tag in ("Failure", "Exception", "FatalErrorCondition"):
            lines.append(f"{place}: {item.tag}: {(item.text or '').strip()}")
        if item.tag == "Info" and lines:
            lines.append(f"  info: {(item.text or '').strip()}")
    return lines


def read_case(case: ElementTree.Element) -> Result:
    name = case.get("name", "?").strip()
    overall = case.find("OverallResult")
    if overall is None:
        return Result(name, FAILED, "\n".join(describe(case) + ["the program ended inside this test"]))
    if overall.get("success") != "true":
        return Result(name, FAILED, "\n".join(describe(case)))
    if int(overall.get("skips", "0")) > 0:
        return Result(name, SKIPPED, (case.findtext(".//Skip") or "the test says so").strip())
    return Result(name, PASSED)


def read_report(text: bytes) -> List[Result]:
    """The test cases of a report, which may end anywhere."""
    parser = ElementTree.XMLPullParser(("start", "end"))
    open_case: Optional[ElementTree.Element] = None
    results = []
    try:
        parser.feed(text)
        events = list(parser.read_events())
    except ElementTree.ParseError:
        return [Result("the report", FAILED, "its XML is broken")]
    for event, element in events:
        if element.tag == "TestCase":
            if event == "start":
                open_case = element
            else:
                results.append(read_case(element))
                open_case = None
    if open_case is not None:
        results.append(read_case(open_case))
    return results


def test_specification(name: str, tags: str) -> str:
    """What Catch2 shall run: the tests with `name` in their name and with (or, after ~, without) one of the tags."""
    if not name:
        return tags
    return ",".join(f'"*{name}*"{tag}' for tag in tags.split(","))


def run_catch(
    program: List[str], folder: Path, name: str, tags: str, env: Dict[str, str], timeout: float
) -> List[Result]:
    """Runs the tests of a program in a folder. A program that dies, hangs or leaks is a failure too."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        command = program + [test_specification(name, tags), "-r", "xml", "-o", str(report)]
        trouble = ""
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
            output, status = done.stdout, done.returncode
        except subprocess.TimeoutExpired as expired:
            output, status = expired.stdout or b"", -1
            trouble = f"it did not end in {timeout:.0f} s"
        results = read_report(report.read_bytes() if report.is_file() else b"")
    said = tail(output.decode("utf-8", "replace"))
    failures = [result for result in results if result.status == FAILED]
    if failures and said:
        failures[-1].detail += f"\noutput of the program:\n{said}"
    if not results and not trouble and re.search("No test(s ran| cases matched)", said):
        return []  # version 3 calls that an error
    if trouble or (status != 0 and not failures):
        why = trouble or (f"it ended with status {status}" if status > 0 else f"it died of signal {-status}")
        results.append(Result("the program ends well", FAILED, f"{why}\n{'' if failures else said}"))
    return results
