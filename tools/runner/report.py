# SPDX-License-Identifier: MIT
"""What ran, what failed, what was skipped and why."""

import sys
import time
from dataclasses import dataclass
from typing import List, Optional

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass
class Result:
    """One test."""

    name: str
    status: str
    detail: str = ""  # what went wrong, or why it was skipped


class Report:
    """Collects results group by group, and prints a line for each group."""

    def __init__(self) -> None:
        self.results: List[Result] = []
        self.began = time.monotonic()

    def group(self, title: str, results: List[Result]) -> None:
        """Adds the results of a group. One in which nothing matched the filter is not mentioned."""
        if not results:
            return
        for result in results:
            result.name = f"{title}: {result.name}"
        self.results += results
        counts = [f"{n} {status}" for status in (PASSED, FAILED, SKIPPED) if (n := self._count(results, status))]
        self.say(f"{title:<44} {', '.join(counts)}")
        for result in results:
            if result.status == FAILED:
                print(f"  FAILED {result.name}")
                for line in result.detail.rstrip().splitlines():
                    print(f"    {line}")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        elapsed = int(time.monotonic() - self.began)
        print(f"[{elapsed // 60:2}:{elapsed % 60:02}] {text}", flush=True)

    def finish(self) -> int:
        """Prints the summary; returns the exit status."""
        skipped = [r for r in self.results if r.status == SKIPPED]
        failed = [r for r in self.results if r.status == FAILED]
        if skipped:
            print("\nSkipped:")
            for result in skipped:
                print(f"  {result.name}: {result.detail}")
        if failed:
            print("\nFailed:")
            for result in failed:
                print(f"  {result.name}")
        if not self.results:
            print("Error: no test ran\nWhy: no test has that in its name\nFix: see tools/test --help")
            return 1
        passed = self._count(self.results, PASSED)
        print(f"\n{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
        return 1 if failed else 0

    @staticmethod
    def _count(results: List[Result], status: str) -> int:
        return sum(result.status == status for result in results)


def tail(text: Optional[str], lines: int = 40) -> str:
    """The end of a long output."""
    return "\n".join((text or "").rstrip().splitlines()[-lines:])
