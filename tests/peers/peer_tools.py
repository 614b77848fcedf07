# SPDX-License-Identifier: MIT
"""What the tests of drivers that are not ours have in common."""

import os
import re
import subprocess
import sys
import tempfile
import venv


class Tap:
    """Prints the Test Anything Protocol."""

    count = failed = 0

    def test(self, name, ok, detail=""):
        self.count += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}")
        for line in () if ok else str(detail).splitlines():
            print(f"# {line}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}")

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def python_with(package):
    """A Python that has a driver, installed with pip into a folder of its own; None and the reason without."""
    home = os.path.join(tempfile.gettempdir(), f"coodie-{package}-{os.getuid()}")
    python = os.path.join(home, "bin", "python")
    try:
        if not os.path.exists(python):
            venv.create(home, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        return None, "python3-venv is not installed"
    if subprocess.run([python, "-m", "pip", "install", "--quiet", package], stdout=sys.stderr).returncode != 0:
        return None, f"pip could not install {package}"
    return python, ""


def start_program(program, *arguments):
    """coodie-mock on a free port: the process and the port."""
    running = subprocess.Popen([program, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
    line = running.stdout.readline()
    found = re.search(r"listens on 127\.0\.0\.1:(\d+)", line)
    if not found:
        sys.exit(f"Error: {program} does not listen\nWhy: it says {line!r}\nFix: run it by hand")
    return running, int(found.group(1))
