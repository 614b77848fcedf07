# SPDX-License-Identifier: MIT
"""Tests of tools/check_layers.py: every rule finds what breaks it."""

import contextlib
import io
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import check_layers  # noqa: E402  (the path has to be set before)


class Rules(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)

    def header(self, name: str, body: str = "") -> None:
        guard = "COODIE_" + name.replace("/", "_").replace(".", "_").upper()
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#ifndef {guard}\n#define {guard}\n{body}\n#endif\n", encoding="utf-8")

    def run_tool(self, *arguments: str) -> Tuple[int, str]:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            status = check_layers.main(["--root", str(self.root), *arguments])
        return status, text.getvalue()

    def fault(self) -> str:
        status, text = self.run_tool("--no-compile")
        self.assertEqual(status, 1, text)
        return text

    def test_a_good_tree(self) -> None:
        self.header("protocol/bytes/a.hpp", "#include <cstdint>")
        self.header("protocol/values/b.hpp", '#include "protocol/bytes/a.hpp"')
        self.header("protocol/messages/c.hpp", '#include "protocol/values/b.hpp"')
        self.header("cluster/d.hpp", '#include "protocol/messages/c.hpp"\n#include <asio/io_context.hpp>')
        self.header("orm/e.hpp", '#include "cluster/d.hpp"')
        status, text = self.run_tool("--no-compile")
        self.assertEqual(status, 0, text)

    def test_directions(self) -> None:
        for name, included in (
            ("protocol/a.hpp", "cluster/b.hpp"),
            ("cluster/a.hpp", "driver/b.hpp"),
            ("driver/a.hpp", "orm/b.hpp"),
            ("protocol/bytes/a.hpp", "protocol/values/b.hpp"),
            ("protocol/values/a.hpp", "protocol/messages/b.hpp"),
            ("protocol/values/a.hpp", "protocol/routing/b.hpp"),
            ("protocol/routing/a.hpp", "protocol/messages/b.hpp"),
            ("protocol/messages/a.hpp", "protocol/machine/b.hpp"),
            ("orm/a.hpp", "tests/b.hpp"),
        ):
            with self.subTest(name=name, included=included):
                self.setUp()
                self.header(included)
                self.header(name, f'#include "{included}"')
                self.assertIn(f'{name}: may not include "{included}"', self.fault())

    def test_an_include_that_is_not_there(self) -> None:
        self.header("orm/a.hpp", '#include "b.hpp"')
        self.assertIn('no file "b.hpp"', self.fault())

    def test_forbidden_headers(self) -> None:
        self.header("cluster/a.hpp", "#include <asio.hpp>")
        self.assertIn("<asio.hpp> costs too much", self.fault())

    def test_protocol_without_io(self) -> None:
        for included in ("asio/buffer.hpp", "lz4.h", "openssl/ssl.h"):
            self.header("protocol/a.hpp", f"#include <{included}>")
            self.assertIn(f"protocol/ may not include {included}", self.fault())

    def test_a_cycle(self) -> None:
        self.header("orm/a.hpp", '#include "orm/b.hpp"')
        self.header("orm/b.hpp", '#include "orm/a.hpp"')
        self.assertIn("orm/a.hpp -> orm/b.hpp -> orm/a.hpp", self.fault())

    def test_definitions_only_in_umbrellas(self) -> None:
        self.header("orm/a.ipp")
        self.header("orm/a.hpp", '#include "orm/a.ipp"')
        self.assertIn("only umbrellas", self.fault())

    def test_definitions_that_are_nowhere(self) -> None:
        self.header("orm/a.ipp")
        self.header("orm/orm_impl.ipp")
        self.assertIn("orm/a.ipp: orm/orm_impl.ipp does not reach it", self.fault())

    def test_unique_names(self) -> None:
        self.header("orm/a.hpp")
        self.header("tests/mock/a.hpp")
        self.assertIn("has the same base name", self.fault())

    def test_the_model_is_cheap(self) -> None:
        self.header("cluster/a.hpp", "#include <asio/buffer.hpp>")
        self.header("orm/model_all.hpp", '#include "cluster/a.hpp"')
        text = self.fault()
        self.assertIn("orm/model_all.hpp reaches cluster/a.hpp", text)
        self.assertIn("reaches <asio/buffer.hpp>", text)

    def test_macros_and_guards(self) -> None:
        self.header("orm/a.hpp", "#define UNWIND 1")
        (self.root / "orm/b.hpp").write_text("#pragma once\n", encoding="utf-8")
        text = self.fault()
        self.assertIn("the macro UNWIND", text)
        self.assertIn("orm/b.hpp: its include guard is not COODIE_ORM_B_HPP", text)

    @unittest.skipUnless(shutil.which("g++"), "g++ is not installed")
    def test_headers_alone(self) -> None:
        self.header("orm/good.hpp", "#include <vector>\ninline std::vector<int> good;")
        self.header("orm/needy.hpp", "inline std::vector<int> needy;")
        self.header("protocol/throwing.hpp", "[[noreturn]] inline void throwing() { throw 1; }")
        for _ in range(2):  # the second time from the cache
            text = self.run_tool("--cache", str(self.root / "cache"))[1]
            self.assertRegex(text, r"(?m)^ok \d+ - orm/good\.hpp compiles alone")
            self.assertRegex(text, r"not ok \d+ - orm/needy\.hpp compiles alone")
            self.assertRegex(text, r"not ok \d+ - protocol/throwing\.hpp compiles alone, with no")


if __name__ == "__main__":
    unittest.main()
