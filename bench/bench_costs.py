# SPDX-License-Identifier: MIT
"""What the library costs besides time: instructions, compile time and memory, size of a program."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from bench_cases import REQUEST_CASES
from bench_programs import CXX, FLAGS, ROOT, RUN_LIMIT, BenchError, canned_server, command_of, run_checked, say

MODEL = """
struct user {
  coodie::uuid id;
  std::string name;
  std::optional<std::string> email;
  std::int32_t age = 0;
  double score = 0;
  coodie::timestamp created;
  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};
"""

USE = """
std::optional<user> find_user(coodie::uuid id) {
  return coodie::sync::find_one<user>(coodie::col<&user::id> == id);
}
void save_user(const user& u) { coodie::sync::save(u); }
"""

# name, compiler flags, source text or the path of a source file
UNITS: Tuple[Tuple[str, List[str], str], ...] = (
    ("nothing but `#include <string>`", [], "#include <string>\n"),
    ("`coodie_model.hpp`, one model", [], '#include "coodie_model.hpp"\n' + MODEL),
    (
        "`coodie.hpp`, separate compilation, one model, two queries",
        ["-DCOODIE_SEPARATE_COMPILATION"],
        '#include "coodie.hpp"\n' + MODEL + USE,
    ),
    ("`coodie.hpp`, header-only, one model, two queries", [], '#include "coodie.hpp"\n' + MODEL + USE),
    (
        "the one file with `COODIE_IMPLEMENTATION`",
        ["-DCOODIE_SEPARATE_COMPILATION"],
        '#define COODIE_IMPLEMENTATION\n#include "coodie.hpp"\n',
    ),
)


@dataclass
class UnitCost:
    seconds: float  # CPU, user and system
    megabytes: float  # peak of the compiler


def compile_once(command: List[str]) -> UnitCost:
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BenchError("a translation unit does not compile", errors.strip()[-2000:], " ".join(command))
    return UnitCost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compile_costs(repeat: int) -> Dict[str, UnitCost]:
    """CPU seconds and peak memory of g++ -O0 for each kind of translation unit."""
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, flags, text) in enumerate(UNITS):
            source = Path(folder) / f"unit{number}.cpp"
            source.write_text(text, encoding="utf-8")
            command = [CXX, "-O0", *FLAGS, *flags, "-c", str(source), "-o", f"{source}.o"]
            runs = [compile_once(command) for _ in range(repeat)]
            costs[name] = UnitCost(
                statistics.median(run.seconds for run in runs), statistics.median(run.megabytes for run in runs)
            )
            say(f"  {name}: {costs[name].seconds:.2f} s, {costs[name].megabytes:.0f} MB")
    return costs


def static_lz4() -> List[str]:
    """liblz4.a when the system has it, so that only libc stays shared."""
    found = subprocess.run([CXX, "-print-file-name=liblz4.a"], capture_output=True, text=True).stdout.strip()
    return [found] if os.path.isabs(found) else ["-llz4"]


def program_size(source: Path) -> Optional[int]:
    """Bytes of the stripped program: -Os, all static but libc. None when there is no such file."""
    if not source.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        command = [CXX, "-Os", *FLAGS, "-ffunction-sections", "-fdata-sections", "-static-libstdc++", "-static-libgcc"]
        command += [str(source), "-o", str(program), *static_lz4(), "-pthread", "-Wl,--gc-sections", "-s"]
        run_checked(command, f"compiling {source.name} for size")
        return program.stat().st_size


def collected_instructions(command: List[str]) -> int:
    """Instructions in user mode of a whole run."""
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command, "--once"]
    done = run_checked(callgrind, "callgrind", timeout=RUN_LIMIT)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def instruction_counts(programs: Dict[str, Path], scale: float) -> Dict[Tuple[str, str], float]:
    """Instructions per request: the difference of two runs of different length, so that the start drops out."""
    if shutil.which("valgrind") is None:
        say("no valgrind: instructions are not counted (on Debian: apt install valgrind)")
        return {}
    counts = {}
    with canned_server(programs) as port:
        for case in REQUEST_CASES:
            if "threads" in case.key:
                continue
            few, many = (2, 12) if case.mode == "page" else (int(4_000 * scale) + 100, int(24_000 * scale) + 1_100)
            for variant in case.variants:
                if variant.program not in programs:
                    continue
                totals = [
                    collected_instructions(command_of(programs, port, case, variant, requests))
                    for requests in (few, many)
                ]
                counts[case.key, variant.key] = (totals[1] - totals[0]) / (many - few)
                say(f"  {variant.key} {case.key}: {counts[case.key, variant.key]:.0f}")
    return counts

