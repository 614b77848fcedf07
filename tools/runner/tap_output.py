# SPDX-License-Identifier: MIT
"""Runs a script that prints the Test Anything Protocol and reads its results."""

import os
import re
import subprocess
from pathlib import Path
from typing import Dict, List

from report import FAILED, PASSED, SKIPPED, Result, tail

LINE = re.compile(r"^(ok|not ok) \d+ - (.*?)(?: # SKIP (.*))?$")
PLAN = re.compile(r"^1\.\.(\d+)$", re.MULTILINE)


def read_tap(text: str) -> List[Result]:
    results: List[Result] = []
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            verdict, name, reason = match.groups()
            status = FAILED if verdict == "not ok" else SKIPPED if reason else PASSED
            results.append(Result(name, status, reason or ""))
        elif line.startswith("# ") and results and results[-1].status == FAILED:
            results[-1].detail += line[2:] + "\n"
    plan = PLAN.search(text)
    if plan is None or int(plan.group(1)) != len(results):
        results.append(Result("the script ends well", FAILED, tail(text)))
    return results


def run_tap(command: List[str], folder: Path, env: Dict[str, str]) -> List[Result]:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return read_tap(done.stdout)
