// SPDX-License-Identifier: MIT
// Reads the files of tests/vectors.
#ifndef COODIE_TESTS_PROTOCOL_VECTOR_FILE_HPP
#define COODIE_TESTS_PROTOCOL_VECTOR_FILE_HPP

#include <fstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"

/// The lines of tests/vectors/`name` that are no comments, cut at tabs. The file is looked for below the
/// working directory, in COODIE_TEST_VECTORS, and beside this header.
inline std::vector<std::vector<std::string>> read_vectors(const std::string& name, std::size_t fields) {
  std::ifstream file("tests/vectors/" + name);
#if defined(COODIE_TEST_VECTORS)
  if (!file.is_open()) file.open(std::string(COODIE_TEST_VECTORS "/") + name);
#endif
  const std::string here = __FILE__;
  if (!file.is_open()) file.open(here.substr(0, here.rfind('/') + 1) + "../vectors/" + name);
  REQUIRE(file.is_open());
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> parts(1);
    for (char c : line) {
      if (c == '\t')
        parts.emplace_back();
      else
        parts.back() += c;
    }
    INFO(line);
    REQUIRE(parts.size() == fields);
    lines.push_back(std::move(parts));
  }
  return lines;
}

#endif  // COODIE_TESTS_PROTOCOL_VECTOR_FILE_HPP
