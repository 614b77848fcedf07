# SPDX-License-Identifier: MIT
"""What tools/test does, step by step."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional

from catch_output import run_catch
from report import FAILED, PASSED, SKIPPED, Report, Result, tail
from tap_output import run_tap
from variants import BUILD, JOBS, ROOT, Compiler, Variant, cross_file, execute, sanitizer_settings

MOCK = "~[real]"  # everything but what needs real Cassandra
LIMIT = 900.0  # seconds for one program of tests
CATCH_HEADER = Path("/usr/include/catch2/catch.hpp")  # version 2
CANNOT_BE_HAD = 3  # the status of tools/cassandra without Java or the jars
TLS_MODES = ("mutual", "required", "optional")
MACHINES = (
    # Debian's name, prefix of its compiler, emulator, Meson's family and cpu, byte order
    ("armhf", "arm-linux-gnueabihf", "qemu-arm", "arm", "armv7hf", "little"),
    ("s390x", "s390x-linux-gnu", "qemu-s390x", "s390x", "s390x", "big"),
)


def plain_variant(compiler: Compiler) -> Variant:
    """The build that most steps share."""
    return Variant(compiler.command.split("/")[-1].replace(" ", "_"), compiler)


class Steps:
    """The steps; each adds its results to the report. `name` is in the names of the tests that run."""

    def __init__(self, report: Report, name: str):
        self.report = report
        self.name = name

    # -- scripts ------------------------------------------------------------------------------------------------

    def matches(self, title: str) -> bool:
        return self.name.lower() in title.lower()

    def tap(self, title: str, command: List[str], env: Optional[Dict[str, str]] = None) -> None:
        results = run_tap(command, ROOT, env or {})
        self.report.group(title, [r for r in results if self.matches(r.name) or r.status == FAILED])

    def scripts(self, compiler: Compiler) -> None:
        """What looks at the tree, and what builds small programs by itself."""
        self.tool_tests()
        if self.matches("generated headers are fresh"):
            status, said = execute([sys.executable, "tools/amalgamate.py", "--check"])
            verdict = PASSED if status == 0 else FAILED
            self.report.group("amalgamation", [Result("generated headers are fresh", verdict, said)])
        if not self.name:
            self.tap("layers", [sys.executable, "tools/check_layers.py"], {"CXX": compiler.command})
        self.script_builds(compiler)
        self.tap("consumers", [sys.executable, "tests/build/consumers.py", self.name], {"CXX": compiler.command})
        self.quickstart()

    def tool_tests(self) -> None:
        command = [sys.executable, "-m", "unittest", "discover", "-s", "tests/tools", "-v"]
        _, said = execute(command + (["-k", self.name] if self.name else []))
        results = []
        for test, verdict in re.findall(r"^(\w+ \([\w.]+\)) ?\.\.\. (ok|FAIL|ERROR|skipped .*)$", said, re.MULTILINE):
            status = {"ok": PASSED, "FAIL": FAILED, "ERROR": FAILED}.get(verdict, SKIPPED)
            results.append(Result(test, status, said if status == FAILED else verdict[8:]))
        if not results and not self.name:
            results.append(Result("they start", FAILED, tail(said)))
        self.report.group("tools", results)

    def script_builds(self, compiler: Compiler) -> None:
        env = {"CXX": compiler.command}
        self.tap(f"compile_fail, {compiler.label}", [sys.executable, "tools/compile_fail.py", self.name], env)
        self.tap(f"build modes, {compiler.label}", [sys.executable, "tests/build/build_modes.py", self.name], env)

    def quickstart(self) -> None:
        title = "tools/quickstart runs"
        if not self.matches(title):
            return
        if not (ROOT / "examples/quickstart.cpp").is_file():
            result = Result(title, SKIPPED, "examples/quickstart.cpp is not there")
        else:
            status, said = execute(["tools/quickstart"])
            result = Result(title, PASSED if status == 0 else FAILED, tail(said))
        self.report.group("commands", [result])

    # -- programs of tests --------------------------------------------------------------------------------------

    def build(self, variant: Variant, wanted: str) -> List[str]:
        """The targets that match and could be built; the others are reported."""
        trouble = variant.set_up()
        if trouble:
            self.report.group(variant.name, [Result("meson setup", FAILED, trouble)])
            return []
        targets = sorted(t for t in variant.targets() if re.search(wanted, t))
        if not targets:
            return []
        self.report.say(f"building {variant.name} with {variant.compiler.label}")
        built = variant.build(targets)
        broken = [target for target, errors in built.items() if errors is not None]
        if broken:
            errors = built[broken[0]] or ""
            self.report.group(variant.name, [Result(f"build of {', '.join(broken)}", FAILED, errors)])
        return [target for target in targets if target not in broken]

    def catch(
        self,
        variant: Variant,
        target: str,
        tags: str = MOCK,
        env: Optional[Dict[str, str]] = None,
        emulator: str = "",
        label: str = "",
    ) -> None:
        program = ([emulator] if emulator else []) + [str(variant.folder / target)]
        results = run_catch(program, ROOT, self.name, tags, {**sanitizer_settings(), **(env or {})}, LIMIT)
        title = f"{os.path.basename(target)}, {label or variant.compiler.label}"
        if not results and not self.name and tags == MOCK:
            results = [Result("it reports", FAILED, "it ran no test at all")]
        self.report.group(title, results)

    def compiled(self, compiler: Compiler) -> None:
        """Unit and mock tests and the examples."""
        variant = plain_variant(compiler)
        for target in self.build(variant, r"-tests$|/example-|^tests/[\w-]+$"):
            if target.endswith("-tests"):
                self.catch(variant, target)
            elif "/example-" in target:
                self.example(variant, target)

    def example(self, variant: Variant, target: str) -> None:
        title = os.path.basename(target)
        if not self.matches(title):
            return
        try:
            done = subprocess.run(
                [str(variant.folder / target)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            )
            said, passed = done.stdout.decode("utf-8", "replace"), done.returncode == 0
        except subprocess.TimeoutExpired as expired:
            said, passed = f"{(expired.stdout or b'').decode('utf-8', 'replace')}\nit did not end in 60 s", False
        self.report.group(
            f"examples, {variant.compiler.label}", [Result(title, PASSED if passed else FAILED, tail(said))]
        )

    def peers(self, compiler: Compiler, against: str = "") -> None:
        """Drivers that are not ours on coodie-mock; `against`: and on a Cassandra, which must answer alike."""
        title = "the Python driver"
        if not self.matches(title):
            return
        variant = plain_variant(compiler)
        for target in self.build(variant, r"/coodie-mock$"):
            command = [sys.executable, "tests/peers/python_smoke.py", "--program", str(variant.folder / target)]
            results = run_tap(command + (["--against", against] if against else []), ROOT, {})
            self.report.group(f"{title} on the mock{' and on Cassandra' if against else ''}", results)

    def scylla_peers(self, compiler: Compiler) -> None:
        """ScyllaDB's drivers on coodie-mock with shards."""
        title = "ScyllaDB's drivers"
        if not self.matches(title):
            return
        variant = plain_variant(compiler)
        for target in self.build(variant, r"/coodie-mock$"):
            command = [sys.executable, "tests/peers/scylla_smoke.py", "--program", str(variant.folder / target)]
            results = run_tap(command + ["--target", str(BUILD / "scylla_rust")], ROOT, {})
            self.report.group(f"{title} on the mock", results)

    def benchmarks(self, compiler: Compiler) -> None:
        """The programs of bench/ run, each mode for a moment."""
        if not self.matches("benchmarks"):
            return
        variant = Variant("bench", compiler, ["-Dbench=enabled", "-Dtests=disabled", "-Dexamples=disabled"])
        if len(self.build(variant, r"^bench/[\w-]+$")) > 0:
            self.tap("benchmarks", [sys.executable, "tests/build/bench_runs.py", str(variant.folder / "bench")])

    def second_compiler(self, clang: Optional[Compiler]) -> None:
        if clang is None:
            reason = "clang 16 or newer is not installed"
            self.report.group("clang", [Result("all tests", SKIPPED, reason)])
            return
        self.script_builds(clang)
        self.compiled(clang)

    def other_machines(self) -> None:
        """The tests of protocol/ on a 32-bit and on a big-endian machine."""
        for name, prefix, emulator, family, cpu, endian in MACHINES:
            missing = [p for p in (f"{prefix}-g++", emulator) if not shutil.which(p)]
            if missing:
                self.report.group(name, [Result("protocol-tests", SKIPPED, f"{missing[0]} is not installed")])
                continue
            if not CATCH_HEADER.is_file():
                reason = "Catch2 3 is a compiled library, which this machine has for itself alone"
                self.report.group(name, [Result("protocol-tests", SKIPPED, reason)])
                continue
            # Catch2 in a folder of its own, so that no other header of this machine leaks in.
            includes = BUILD / "catch2-only"
            (includes / "catch2").mkdir(parents=True, exist_ok=True)
            shutil.copy(CATCH_HEADER, includes / "catch2")
            machine = Compiler(f"{prefix}-g++", name, False)
            text = cross_file(prefix, emulator, family, cpu, endian, includes)
            variant = Variant(name, machine, ["-Dprotocol_only=true"], text)
            for target in self.build(variant, r"/protocol-tests$"):
                self.catch(variant, target, emulator=emulator)

    # -- sanitizers, fuzzing, Cassandra -------------------------------------------------------------------------

    def sanitizers(self, compiler: Compiler) -> None:
        common = ["-Db_lundef=false", "-Dexamples=disabled"]
        address = Variant("asan", compiler, common + ["-Db_sanitize=address,undefined", "-Dcpp_args=-fno-sanitize-recover=all"])
        for target in self.build(address, r"-tests$"):
            self.catch(address, target, label=f"address and undefined, {compiler.label}")
        thread = Variant("tsan", compiler, common + ["-Db_sanitize=thread", "-Dthreads_only=true"])
        programs = self.build(thread, r"-tests$")
        if not programs and not self.name:
            self.report.group("tsan", [Result("all tests", SKIPPED, "no test is tagged [threads], or none was built")])
        for target in programs:
            self.catch(thread, target, "[threads]~[real]", label=f"threads, {compiler.label}")

    def fuzz(self, clang: Optional[Compiler], seconds: int) -> None:
        if clang is None:
            self.report.group("fuzz", [Result("all targets", SKIPPED, "clang 16 or newer is not installed")])
            return
        options = ["-Db_lundef=false", "-Db_sanitize=address,undefined", "-Dtests=disabled", "-Dexamples=disabled"]
        options += ["-Dfuzz=enabled", "-Doptimization=1", "-Dcpp_args=-fno-sanitize-recover=all"]
        variant = Variant("fuzz", clang, options)
        targets = [t for t in self.build(variant, r"^fuzz/[\w-]+$") if self.matches(t)]
        self.report.say(f"fuzzing {len(targets)} targets, {seconds} s each")
        with ThreadPoolExecutor(int(JOBS)) as pool:
            results = list(pool.map(lambda target: fuzz_target(variant, target, seconds), targets))
        self.report.group("fuzz", results)
        for result in results:
            print(f"    {result.name}")

    def real(self, compiler: Compiler, nodes: int, required: bool) -> None:
        """The tests that are for both servers, on Cassandra. Where that can't be had and is not `required`, the step
        is skipped."""
        variant = plain_variant(compiler)
        targets = self.build(variant, r"/coodie-tests$|/example-quickstart$")
        if not targets:
            self.report.group("Cassandra", [Result("all tests", SKIPPED, "there is no program for it")])
            return
        tool = str(ROOT / "tools/cassandra")
        before = execute([tool, "status"])[1]
        self.report.say(f"starting Cassandra, nodes: {nodes}")
        status, said = execute([tool, "start", str(nodes)])
        verdict = PASSED if status == 0 else FAILED
        if status == CANNOT_BE_HAD and not required:
            verdict, said = SKIPPED, " ".join(line for line in said.splitlines() if re.match("(Error|Why|Fix): ", line))
        self.report.group("Cassandra", [Result("it starts", verdict, tail(said))])
        if status == 0:
            network = os.environ.get("CASSANDRA_NETWORK", "127.0.0")
            hosts = ",".join(f"{network}.{i}" for i in range(1, nodes + 1))
            env = {"COODIE_TEST_HOSTS": hosts, "COODIE_TEST_PORT": "9042", "COODIE_TEST_CASSANDRA": tool}
            for target in targets:
                if target.endswith("-tests"):
                    self.catch(variant, target, "[both],[real]~[secured]", env, label="real Cassandra")
                elif self.matches("quickstart on real Cassandra"):
                    status, said = execute([str(variant.folder / target), "--hosts", hosts])
                    verdict = PASSED if status == 0 else FAILED
                    self.report.group("examples, real Cassandra", [Result("quickstart", verdict, tail(said))])
            self.peers(compiler, f"{network}.1:9042")
        for node in range(1, nodes + 1):
            if f"node {node} is up" not in before:
                execute([tool, "stop", str(node)])


    def secured(self, compiler: Compiler, required: bool) -> None:
        """The tests of TLS and passwords, on a node for each way in which Cassandra asks for them."""
        variant = plain_variant(compiler)
        for target in self.build(variant, r"/coodie-tests$"):
            _, listed = execute([str(variant.folder / target), "--list-tests", "[secured]"])
            if "real tls" not in listed:
                reason = "the tests were built without OpenSSL"
                self.report.group("Cassandra with TLS", [Result("all tests", SKIPPED, reason)])
                return
            for mode in TLS_MODES:
                if not self.secured_by(mode, variant, target, required):
                    return

    def secured_by(self, mode: str, variant: Variant, target: str, required: bool) -> bool:
        """False when there is no Cassandra to be had."""
        tool = str(ROOT / "tools/cassandra")
        network = second_network(os.environ.get("CASSANDRA_NETWORK", "127.0.0"))
        settings = {
            "CASSANDRA_NETWORK": network,
            "CASSANDRA_TLS": mode,
            "CASSANDRA_AUTHENTICATOR": "PasswordAuthenticator",
        }
        env = {**os.environ, **settings}
        self.report.say(f"starting Cassandra with TLS, {mode}")
        status, said = execute([tool, "start", "1"], env)
        if status == 0:
            _, folder = execute([tool, "tls"], env)
            where = {"COODIE_TEST_HOSTS": f"{network}.1", "COODIE_TEST_TLS": mode, "COODIE_TEST_TLS_DIR": folder.strip()}
            self.catch(variant, target, "[secured]", {**settings, **where}, label=f"real Cassandra, TLS {mode}")
        else:
            verdict = SKIPPED if status == CANNOT_BE_HAD and not required else FAILED
            self.report.group("Cassandra with TLS", [Result(f"it starts, {mode}", verdict, tail(said))])
        execute([tool, "stop", "1"], env)
        return status != CANNOT_BE_HAD

    def node_failures(self, compiler: Compiler, required: bool) -> None:
        """A minute of load on three real nodes, of which one is paused and one killed."""
        title = "load while nodes are killed and paused"
        if not self.matches(title):
            return
        variant = plain_variant(compiler)
        tool = str(ROOT / "tools/cassandra")
        network = second_network(second_network(os.environ.get("CASSANDRA_NETWORK", "127.0.0")))  # no data there yet
        # A node answers nothing, heartbeats neither, while all of its threads wait for the paused one. 128 are too few:
        # it also goes on with each attempt that was left.
        threads = "native_transport_max_threads: 1024"
        env = {**os.environ, "CASSANDRA_NETWORK": network, "CASSANDRA_EXTRA_YAML": threads}
        hosts = ",".join(f"{network}.{i}" for i in (1, 2, 3))
        for target in self.build(variant, r"^tests/kill-nodes$"):
            self.report.say("starting three nodes of Cassandra")
            status, said = execute([tool, "start", "3"], env)
            verdict = SKIPPED if status == CANNOT_BE_HAD and not required else FAILED
            if status == 0:
                status, said = execute([str(variant.folder / target), "--hosts", hosts, "--tool", tool], env)
                verdict = PASSED if status == 0 else FAILED
                print(tail(said))
            self.report.group("Cassandra, three nodes", [Result(title, verdict, tail(said))])
            execute([tool, "stop"], env)

    def soak(self, compiler: Compiler, seconds: int = 20) -> None:
        """Everything that can happen to a driver, again and again: nothing may grow."""
        title = "soak"
        if not self.matches(title):
            return
        variant = plain_variant(compiler)
        for target in self.build(variant, r"^tests/soak$"):
            status, said = execute([str(variant.folder / target), "--seconds", str(seconds)])
            verdict = PASSED if status == 0 else FAILED
            self.report.group("soak", [Result(f"{title}, {seconds} s", verdict, tail(said))])


def second_network(first: str) -> str:
    """The first three numbers of addresses for a cluster beside another one."""
    start, third = first.rsplit(".", 1)
    return f"{start}.{(int(third) + 100) % 256}"


def fuzz_target(variant: Variant, target: str, seconds: int) -> Result:
    """Fuzzes from the committed seeds; what is found on the way is kept in the build folder."""
    name = os.path.basename(target)
    stem = name.replace("-", "_")
    found = BUILD / "fuzz-corpus" / stem
    found.mkdir(parents=True, exist_ok=True)
    seeds = [str(p) for p in (ROOT / "fuzz/corpus" / stem, ROOT / "fuzz/corpus" / stem[len("fuzz_") :]) if p.is_dir()]
    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
    status, said = execute(
        [str(variant.folder / target), *options, f"-artifact_prefix={found}-", str(found), *seeds],
        {**os.environ, **sanitizer_settings()},
    )
    said = "\n".join(line for line in said.splitlines() if not re.match(r"#\d+\s", line))  # its progress
    rate = re.search(r"stat::average_exec_per_sec:\s+(\d+)", said)
    verdict = FAILED if status else PASSED
    return Result(f"{name}, {rate.group(1) if rate else '?'} executions a second", verdict, tail(said, 60))
