# SPDX-License-Identifier: MIT
"""Tests of tools/sources.py."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import sources  # noqa: E402  (the path has to be set before)


class Listing(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for name, text in {
            "protocol/config.hpp": '#define COODIE_VERSION "0.9.1"\n',
            "tests/protocol/values/b.cpp": 'TEST_CASE("b", "[threads]") {}\n',
            "tests/protocol/a.cpp": 'TEST_CASE("a") {}\n',
            "tests/orm/c.cpp": 'TEST_CASE("c") {}\n',
            "tests/mock/coodie_mock.cpp": "int main(int argc, char** argv) {}\n",
            "tests/build/two.cpp": "int main() {}\n",
            "tests/support/server.cpp": "void help() {}\n",
            "tests/compile_fail/d.cpp": "x\n",
            "fuzz/fuzz_reader.cpp": 'extern "C" int LLVMFuzzerTestOneInput(const uint8_t*, size_t) {}\n',
        }.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def test_version(self) -> None:
        self.assertEqual(sources.version(self.root), "0.9.1")

    def test_tests_are_sorted_and_have_no_main(self) -> None:
        self.assertEqual(
            sources.listing("tests", "tests", root=self.root),
            ["tests/orm/c.cpp", "tests/protocol/a.cpp", "tests/protocol/values/b.cpp", "tests/support/server.cpp"],
        )

    def test_a_folder_can_be_left_out(self) -> None:
        others = ["tests/orm/c.cpp", "tests/support/server.cpp"]
        self.assertEqual(sources.listing("tests", "tests", "tests/protocol", self.root), others)

    def test_threads(self) -> None:
        wanted = ["tests/protocol/values/b.cpp", "tests/support/server.cpp"]
        self.assertEqual(sources.listing("threads", "tests", root=self.root), wanted)

    def test_programs_have_names(self) -> None:
        self.assertEqual(sources.listing("programs", "tests", root=self.root), ["coodie-mock=tests/mock/coodie_mock.cpp"])
        self.assertEqual(sources.listing("programs", "fuzz", root=self.root), ["fuzz-reader=fuzz/fuzz_reader.cpp"])

    def test_no_folder_is_an_empty_list(self) -> None:
        self.assertEqual(sources.listing("tests", "nowhere", root=self.root), [])


if __name__ == "__main__":
    unittest.main()
