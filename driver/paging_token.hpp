// SPDX-License-Identifier: MIT
// Paging states as programs get them and give them back: the server's own state, and what it is a state of.
#ifndef COODIE_DRIVER_PAGING_TOKEN_HPP
#define COODIE_DRIVER_PAGING_TOKEN_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "driver/diagnostics.hpp"

namespace coodie::inline COODIE_ABI::detail {

// A token is the same in every process, build and byte order; numbers are in network order:
//
//   <version: byte>    1
//   <statement: 8>     Murmur3 of the statement's text, a zero byte and the keyspace
//   <values: 8>        Murmur3 of the bound [value]s
//   <state: n>         the server's paging state, at least one byte
//   <checksum: 8>      Murmur3 of all that stands before it
//
// It finds mistakes. It is no signature: whoever can make one can ask for any place in the result.

/// What a paging state belongs to.
struct paging_scope {
  std::uint64_t statement = 0, values = 0;
};

[[nodiscard]] COODIE_DECL paging_scope scope_of(std::string_view text, std::string_view keyspace,
                                                std::span<const std::byte> values);
/// That of an operation whose values can be encoded.
template <class Values>
[[nodiscard]] paging_scope scope_of_values(std::string_view text, std::string_view keyspace,
                                           const Values& values) {
  std::vector<std::byte> encoded(values.values_size());
  if (!encoded.empty()) values.put_values(encoded.data());
  return scope_of(text, keyspace, encoded);
}

/// The token for a state; empty for none.
[[nodiscard]] COODIE_DECL std::vector<std::byte> seal_paging_state(const paging_scope& scope,
                                                                   std::span<const std::byte> state);
/// The state in a token, which may be empty. errc::paging_state_invalid with a sentence.
[[nodiscard]] COODIE_DECL errc open_paging_state(const paging_scope& scope, std::span<const std::byte> token,
                                                 std::span<const std::byte>& state, diagnostics* diag);

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PAGING_TOKEN_HPP
