// SPDX-License-Identifier: MIT
// The mock server's CQL parser: whatever parses is printed into a text that parses into the same.
#include <string_view>

#include "fuzz/message_fuzzing.hpp"
#include "tests/mock/cql_parser.hpp"
#include "tests/mock/cql_printer.hpp"

namespace {

using namespace coodie::testing;
using message_fuzzing::allocation_meter;
using message_fuzzing::demand;

// Of a statement of one-character terms between commas; a vector that grows keeps its old memory meanwhile.
constexpr std::size_t memory_multiple = 600;
constexpr std::size_t memory_at_least = 64 * 1024;

bool parses(std::string_view text, cql::parsed_statement& parsed) {
  const cql::refusal refused = cql::parse(text, parsed);
  if (refused) demand(refused.why().code == 0x2000 || refused.why().code == 0x2200, "a refusal has its code");
  return !refused;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cql::parsed_statement first;
  {
    const allocation_meter meter;
    const bool parsed = parses(text, first);
    demand(meter.peak() <= memory_at_least + memory_multiple * size, "memory is bounded by the text");
    if (!parsed) return 0;
  }
  if (std::holds_alternative<cql::unsupported_statement>(first.statement)) return 0;
  const std::string printed = cql::print(first.statement);
  cql::parsed_statement second;
  demand(parses(printed, second), "what is printed parses");
  demand(second == first, "into the same statement");
  return 0;
}
