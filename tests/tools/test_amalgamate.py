# SPDX-License-Identifier: MIT
"""Tests of tools/amalgamate.py on small trees."""

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import amalgamate  # noqa: E402  (the path has to be set before)

CONFIG = """// SPDX-License-Identifier: MIT
// Macros.
#ifndef COODIE_PROTOCOL_CONFIG_HPP
#define COODIE_PROTOCOL_CONFIG_HPP
#define COODIE_VERSION "1.2.3"
#if defined(COODIE_SEPARATE_COMPILATION)
#define COODIE_DECL
#else
#define COODIE_DECL inline
#endif
#if !defined(COODIE_SEPARATE_COMPILATION) || defined(COODIE_IMPLEMENTATION)
#define COODIE_HAS_DEFINITIONS 1
#else
#define COODIE_HAS_DEFINITIONS 0
#endif
#endif
"""


def part(name: str, body: str) -> str:
    guard = "COODIE_" + name.replace("/", "_").replace(".", "_").upper()
    return f"// SPDX-License-Identifier: MIT\n// {name}.\n#ifndef {guard}\n#define {guard}\n{body}\n#endif  // {guard}\n"


SMALL_TREE = {
    "LICENSE": "MIT License\n\nCopyright\n",
    "protocol/config.hpp": CONFIG,
    "protocol/values.hpp": part(
        "protocol/values.hpp",
        '#include <string>\n#include "protocol/config.hpp"\nCOODIE_DECL std::string hello();',
    ),
    "protocol/values.ipp": part(
        "protocol/values.ipp",
        '#include <string>\n#include <cstdio>\n#include "protocol/values.hpp"\n'
        'COODIE_DECL std::string hello() { return "hello"; }',
    ),
    "protocol/protocol_impl.ipp": part("protocol/protocol_impl.ipp", '#include "protocol/values.ipp"'),
    "orm/model_all.hpp": part("orm/model_all.hpp", '#include "protocol/values.hpp"'),
    "orm/coodie_all.hpp": part(
        "orm/coodie_all.hpp", '#include "protocol/values.hpp"\n#include <cstdio>\ninline int answer() { return 42; }'
    ),
    "tests/mock/testing_all.hpp": part(
        "tests/mock/testing_all.hpp", '#include "protocol/values.hpp"\nCOODIE_DECL int mock();'
    ),
    "tests/mock/testing_impl.ipp": part(
        "tests/mock/testing_impl.ipp", '#include "tests/mock/testing_all.hpp"\nCOODIE_DECL int mock() { return 7; }'
    ),
}


class Tree(unittest.TestCase):
    """A small project in a folder of its own."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.write(SMALL_TREE)

    def write(self, files: Dict[str, str]) -> None:
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def run_tool(self, *arguments: str) -> Tuple[int, str]:
        text = io.StringIO()
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            status = amalgamate.main(["--root", str(self.root), *arguments])
        return status, text.getvalue()

    def generated(self, name: str = "coodie.hpp") -> str:
        status, text = self.run_tool()
        self.assertEqual(status, 0, text)
        return (self.root / name).read_text(encoding="utf-8")


class Output(Tree):
    def test_has_one_licence_the_version_and_no_internal_include(self) -> None:
        text = self.generated()
        self.assertEqual(text.count("SPDX-License-Identifier"), 1)
        self.assertIn("coodie 1.2.3", text)
        self.assertIn("// Copyright", text)
        self.assertNotIn('#include "', text)
        self.assertNotIn(str(self.root), text)

    def test_is_the_same_for_the_same_input(self) -> None:
        first = self.generated()
        (self.root / "coodie.hpp").unlink()
        self.assertEqual(self.generated(), first)

    def test_puts_a_part_before_the_one_that_includes_it(self) -> None:
        text = self.generated()
        self.assertLess(text.index("// ---- protocol/config.hpp"), text.index("hello();"))
        self.assertLess(text.index("hello();"), text.index("answer()"))

    def test_keeps_the_guard_of_every_part_and_has_each_part_once(self) -> None:
        text = self.generated()
        self.assertEqual(text.count("#define COODIE_PROTOCOL_VALUES_HPP"), 1)
        self.assertEqual(text.count("#define COODIE_VERSION"), 1)

    def test_has_one_copy_of_a_system_include(self) -> None:
        text = self.generated()
        self.assertEqual(text.count("#include <string>"), 1)
        self.assertEqual(text.count("#include <cstdio>"), 1)

    def test_wraps_definitions(self) -> None:
        text = self.generated()
        wrapped = text[text.index("#if COODIE_HAS_DEFINITIONS\n") :]
        self.assertIn('return "hello"', wrapped)

    def test_wraps_no_definitions_twice(self) -> None:
        self.write(
            {
                "orm/coodie_all.hpp": part(
                    "orm/coodie_all.hpp",
                    '#include "protocol/config.hpp"\n#if COODIE_HAS_DEFINITIONS\n'
                    '#include "protocol/protocol_impl.ipp"\n#endif',
                )
            }
        )
        text = self.generated()
        self.assertEqual(text.count("#if COODIE_HAS_DEFINITIONS\n"), 1)
        self.assertEqual(text.count('return "hello"'), 1)

    def test_model_has_the_definitions_that_belong_to_it(self) -> None:
        text = self.generated("coodie_model.hpp")
        self.assertIn('return "hello"', text)
        self.assertNotIn("answer", text)

    def test_testing_includes_the_product_and_does_not_repeat_it(self) -> None:
        text = self.generated("coodie_testing.hpp")
        self.assertEqual(text.count("#include"), 1)
        self.assertIn('#include "coodie.hpp"', text)
        self.assertNotIn("hello", text)
        self.assertIn("return 7", text)

    def test_output_can_go_elsewhere(self) -> None:
        self.assertEqual(self.run_tool("--output", str(self.root / "elsewhere"))[0], 0)
        self.assertTrue((self.root / "elsewhere/coodie.hpp").is_file())
        self.assertFalse((self.root / "coodie.hpp").exists())


class Conditions(Tree):
    def text_of(self, body: str) -> str:
        self.write({"orm/coodie_all.hpp": part("orm/coodie_all.hpp", body)})
        return self.generated()

    def test_an_include_under_a_condition_does_not_stand_for_a_later_one_outside(self) -> None:
        text = self.text_of("#if defined(COODIE_TLS)\n#include <vector>\n#endif\n#include <vector>")
        self.assertEqual(text.count("#include <vector>"), 2)

    def test_an_include_outside_stands_for_a_later_one_under_a_condition(self) -> None:
        text = self.text_of("#include <vector>\n#if defined(COODIE_TLS)\n#include <vector>\n#endif")
        self.assertEqual(text.count("#include <vector>"), 1)

    def test_two_regions_under_the_same_switch_are_one(self) -> None:
        text = self.text_of(
            "#ifdef COODIE_TLS\n#include <vector>\n#endif\n#if defined(COODIE_TLS)\n#include <vector>\n#endif"
        )
        self.assertEqual(text.count("#include <vector>"), 1)

    def test_else_is_another_region(self) -> None:
        text = self.text_of("#ifdef COODIE_TLS\n#include <vector>\n#else\n#include <vector>\n#endif")
        self.assertEqual(text.count("#include <vector>"), 2)

    def test_regions_under_somebody_elses_macro_stay_apart(self) -> None:
        region = "#ifdef __clang__\n#include <vector>\n#endif\n"
        self.assertEqual(self.text_of(region + region).count("#include <vector>"), 2)

    def test_a_part_under_a_condition_is_repeated_where_it_is_needed_without(self) -> None:
        self.write({"orm/x.hpp": part("orm/x.hpp", "inline int x;")})
        text = self.text_of('#ifdef COODIE_TLS\n#include "orm/x.hpp"\n#endif\n#include "orm/x.hpp"')
        self.assertEqual(text.count("inline int x;"), 2)

    def test_macros_before_an_include_stay_before_it(self) -> None:
        text = self.text_of("#define ASIO_HAS_CO_AWAIT 1\n#include <vector>")
        self.assertLess(text.index("ASIO_HAS_CO_AWAIT"), text.index("<vector>"))

    def test_a_condition_on_two_lines(self) -> None:
        text = self.text_of("#if defined(COODIE_A) && \\\n    defined(COODIE_B)\n#include <vector>\n#endif\n#include <vector>")
        self.assertEqual(text.count("#include <vector>"), 2)

    def test_an_include_in_a_comment_is_text(self) -> None:
        self.assertIn('/// #include "coodie.hpp"', self.text_of('/// #include "coodie.hpp"'))


class Failures(Tree):
    def test_check_tells_what_is_stale(self) -> None:
        self.assertEqual(self.run_tool("--check")[0], 1)
        self.generated()
        self.assertEqual(self.run_tool("--check"), (0, ""))
        with (self.root / "orm/coodie_all.hpp").open("a", encoding="utf-8") as file:
            file.write("// more\n")
        status, text = self.run_tool("--check")
        self.assertEqual(status, 1)
        self.assertRegex(text, r"^Error: coodie\.hpp is stale\nWhy: .+\nFix: run tools/amalgamate\.py")

    def test_check_writes_nothing(self) -> None:
        self.run_tool("--check")
        self.assertFalse((self.root / "coodie.hpp").exists())

    def test_an_include_that_is_not_there(self) -> None:
        self.write({"orm/coodie_all.hpp": '#include "orm/nowhere.hpp"\n'})
        status, text = self.run_tool()
        self.assertEqual(status, 1)
        self.assertIn('Error: orm/coodie_all.hpp includes "orm/nowhere.hpp"', text)

    def test_an_include_by_macro(self) -> None:
        self.write({"orm/coodie_all.hpp": "#include COODIE_HEADER\n"})
        self.assertEqual(self.run_tool()[0], 1)

    def test_conditions_that_do_not_match(self) -> None:
        for body in ("#if 1\n", "#endif\n", "#else\n"):
            self.write({"orm/coodie_all.hpp": body})
            status, text = self.run_tool()
            self.assertEqual(status, 1)
            self.assertIn("#if and #endif of orm/coodie_all.hpp", text)

    def test_a_project_without_an_umbrella_is_skipped(self) -> None:
        (self.root / "orm/coodie_all.hpp").unlink()
        status, text = self.run_tool()
        self.assertEqual(status, 0)
        self.assertIn("skipped coodie.hpp", text)
        self.assertIn("skipped coodie_testing.hpp", text)
        self.assertIn("wrote coodie_model.hpp", text)


@unittest.skipUnless(shutil.which("g++"), "g++ is not installed")
class Compiles(Tree):
    def compile(self, *sources: str, flags: Tuple[str, ...] = ()) -> None:
        self.generated()
        names = []
        for number, source in enumerate(sources):
            self.write({f"{number}.cpp": source})
            names.append(str(self.root / f"{number}.cpp"))
        command = ["g++", "-std=c++20", "-Wall", "-Werror", "-I", str(self.root), *flags, *names]
        run = subprocess.run(
            command + ["-o", str(self.root / "program")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertEqual(subprocess.run([str(self.root / "program")], check=False).returncode, 0)

    def test_both_headers_in_any_order(self) -> None:
        main = "int main() { return hello().size() + answer() == 47 ? 0 : 1; }\n"
        self.compile('#include "coodie.hpp"\n#include "coodie_model.hpp"\n' + main)
        self.compile('#include "coodie_model.hpp"\n#include "coodie.hpp"\n' + main)

    def test_two_files_header_only(self) -> None:
        self.compile(
            '#include "coodie_model.hpp"\nstd::string other() { return hello(); }\n',
            '#include "coodie_testing.hpp"\nstd::string other();\n'
            "int main() { return other() == hello() && mock() == 7 ? 0 : 1; }\n",
        )

    def test_two_files_separately(self) -> None:
        self.compile(
            '#define COODIE_IMPLEMENTATION\n#include "coodie_testing.hpp"\n',
            '#include "coodie_testing.hpp"\nint main() { return hello().size() + mock() == 12 ? 0 : 1; }\n',
            flags=("-DCOODIE_SEPARATE_COMPILATION",),
        )


if __name__ == "__main__":
    unittest.main()
