# SPDX-License-Identifier: MIT
"""Writes the results of a script's tests in the Test Anything Protocol, which Meson and tools/test read."""

import sys


class Tap:
    """Prints `ok` and `not ok` lines as they come, and the plan at the end."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def result(self, title: str, passed: bool, why: str = "") -> None:
        """One test; `why` is printed below it when it failed."""
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {title.replace('#', ' ')}")
        if not passed:
            for line in why.splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def skip(self, title: str, reason: str) -> None:
        self.count += 1
        print(f"ok {self.count} - {title.replace('#', ' ')} # SKIP {reason}")
        sys.stdout.flush()

    def finish(self) -> int:
        """The plan; returns the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failed else 0
