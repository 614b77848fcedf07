# SPDX-License-Identifier: MIT
"""Tests of tests/docs/check_snippets.py, and of the guide by it."""

import re
import sys
import unittest
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))

import check_snippets  # noqa: E402  (the path has to be set before)

SOURCE = """TEST_CASE("x") {
  // snippet: one
  init({
      .hosts = {"127.0.0.1"},
      .port = server.port(),  // docs: -
  });
  use(mine());  // docs: use("theirs");
  // end of snippet
}
"""
ONE = """init({
    .hosts = {"127.0.0.1"},
});
use("theirs");
"""


def page(name: str, text: str) -> str:
    return f"Words.\n\n<!-- snippet: {name} -->\n```cpp\n{text}```\n\nMore.\n"


class Options(unittest.TestCase):
    def members(self, header: str, name: str) -> List[str]:
        """The members of an aggregate, in their order."""
        text = (check_snippets.ROOT / header).read_text(encoding="utf-8")
        body = text[text.index(f"struct {name} {{") :].split("\n};", 1)[0]
        body = re.sub(r"function_view<.*>", "function", body)
        found = []
        for line in body.splitlines():
            statement = line.split("//")[0].rstrip()
            if re.match(r"^  [\w:<>, ]+[ *]+\w+( = |\{|;|, )", statement) and statement.endswith(";") and "(" not in statement.split("=")[0]:
                names = re.sub(r"<[^;]*>", "", statement.rstrip(";"))
                names = re.sub(r"^  (const )?[\w:]+ ?[*]? ?", "", names)
                found += [re.match(r"\w+", part.strip())[0] for part in names.split(",")]
        return found

    def listed(self, after: str, name: str = "drivers-and-initialization") -> List[str]:
        """The first column of the table behind a heading or a line."""
        page = (check_snippets.ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
        table = page[page.index(after) :].split("|---", 1)[1].split("\n\n", 1)[0]
        return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    def test_the_page_lists_every_option(self) -> None:
        members = self.members("driver/init_options.hpp", "init_options")
        self.assertGreater(len(members), 15)
        self.assertEqual(self.listed("## init_coodie() parameters"), members)

    def test_the_page_lists_every_option_of_a_statement(self) -> None:
        members = self.members("driver/execute_options.hpp", "execute_options")
        self.assertEqual(self.listed("Options of the single statement"), members)

    def test_the_page_lists_every_metric(self) -> None:
        for name, heading in (("metrics_snapshot", "## Metrics"), ("node_status", "## A health page")):
            members = self.members("cluster/metrics.hpp", name)
            self.assertGreater(len(members), 10)
            self.assertEqual(sorted(self.listed(heading, "observability")), sorted(members))

    def test_the_page_lists_every_member_of_a_report(self) -> None:
        members = self.members("cluster/request_report.hpp", "request_report")
        self.assertEqual(self.listed("## Tracker", "observability"), members)

    def test_the_page_names_every_member_of_a_profile(self) -> None:
        members = self.members("driver/init_options.hpp", "profile_options")
        self.assertEqual(self.listed("## Execution profiles", "timeouts-retries-speculation"), members)

    def test_the_page_lists_every_option_of_tls(self) -> None:
        members = self.members("cluster/tls_options.hpp", "tls_options")
        self.assertEqual(self.listed("## Options of TLS", "tls-and-authentication"), members)

    def test_the_page_lists_every_option_of_authentication(self) -> None:
        members = self.members("driver/init_options.hpp", "auth_options")
        self.assertEqual(self.listed("## Passwords", "tls-and-authentication"), members)


class Snippets(unittest.TestCase):
    def test_the_guide_shows_what_the_tests_run(self) -> None:
        sources = check_snippets.read("tests/docs", "*.cpp")
        self.assertGreater(len(check_snippets.snippets(sources)[0]), 10)
        self.assertEqual(check_snippets.check(check_snippets.guide(), sources), [])

    def test_indentation_and_replaced_lines(self) -> None:
        self.assertEqual(check_snippets.snippets({"a.cpp": SOURCE}), ({"one": ONE}, []))
        self.assertEqual(check_snippets.check({"a.md": page("one", ONE)}, {"a.cpp": SOURCE}), [])

    def test_what_differs(self) -> None:
        def said(text: str) -> str:
            return "\n".join(check_snippets.check({"a.md": text}, {"a.cpp": SOURCE}))

        self.assertIn("a.md:3: 'one' is not what the tests run", said(page("one", ONE.replace("127", "10"))))
        self.assertIn("a.md:3: no test has the snippet 'two'", said(page("two", ONE)))
        self.assertIn("the guide shows no snippet 'one'", said("Nothing.\n"))
        self.assertIn("a.md:1: C++ without a snippet", said("```cpp\nint x;\n```\n" + page("one", ONE)))

    def test_the_readme_may_have_other_programs(self) -> None:
        readme = {"README.md": "```cpp\nint x;\n```\n" + page("one", ONE)}
        self.assertEqual(check_snippets.check(readme, {"a.cpp": SOURCE}), [])

    def test_two_of_a_name(self) -> None:
        wrong = check_snippets.check({"a.md": page("one", ONE)}, {"a.cpp": SOURCE, "b.cpp": SOURCE})
        self.assertEqual(wrong, ["b.cpp: there are two snippets 'one'"])

    def test_writing(self) -> None:
        known, _ = check_snippets.snippets({"a.cpp": SOURCE})
        self.assertEqual(check_snippets.rewrite(page("one", "old\n"), known), page("one", ONE))
        self.assertEqual(check_snippets.rewrite(page("two", "old\n"), known), page("two", "old\n"))


if __name__ == "__main__":
    unittest.main()
