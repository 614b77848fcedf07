// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_PAGING_TOKEN_IPP
#define COODIE_DRIVER_PAGING_TOKEN_IPP

#include "driver/paging_token.hpp"
#include "protocol/bytes/endian.hpp"
#include "protocol/routing/murmur3.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace paging_token_layout {
inline constexpr std::byte token_version{1};
inline constexpr std::size_t hash_size = 8;
inline constexpr std::size_t token_head = 1 + 2 * hash_size;
inline constexpr std::size_t smallest_token = token_head + 1 + hash_size;

[[nodiscard]] inline std::uint64_t hash_bytes(std::span<const std::byte> bytes) noexcept {
  return static_cast<std::uint64_t>(protocol::murmur3_token(bytes));
}
inline void append_hash(std::vector<std::byte>& to, std::uint64_t hash) {
  to.resize(to.size() + hash_size);
  protocol::store_big(to.data() + to.size() - hash_size, hash);
}
[[nodiscard]] inline errc refuse_token(const char* why, diagnostics* diag) {
  if (diag != nullptr) diag->edit().message = why;
  return errc::paging_state_invalid;
}
}  // namespace paging_token_layout

paging_scope scope_of(std::string_view text, std::string_view keyspace, std::span<const std::byte> values) {
  std::vector<std::byte> named;
  named.reserve(text.size() + 1 + keyspace.size());
  const auto append = [&](std::string_view part) {
    const auto bytes = std::as_bytes(std::span(part));
    named.insert(named.end(), bytes.begin(), bytes.end());
  };
  append(text);
  named.push_back(std::byte{0});
  append(keyspace);
  return {hash_bytes(named), hash_bytes(values)};
}

std::vector<std::byte> seal_paging_state(const paging_scope& scope, std::span<const std::byte> state) {
  std::vector<std::byte> token;
  if (state.empty()) return token;
  token.reserve(token_head + state.size() + hash_size);
  token.push_back(token_version);
  append_hash(token, scope.statement);
  append_hash(token, scope.values);
  token.insert(token.end(), state.begin(), state.end());
  append_hash(token, hash_bytes(token));
  return token;
}

errc open_paging_state(const paging_scope& scope, std::span<const std::byte> token,
                       std::span<const std::byte>& state, diagnostics* diag) {
  state = {};
  if (token.empty()) return errc::ok;
  if (token[0] != token_version)
    return refuse_token("the paging state is none of coodie's, or of another version of it", diag);
  if (token.size() < smallest_token) return refuse_token("the paging state has been cut short", diag);
  const std::span<const std::byte> sealed = token.first(token.size() - hash_size);
  if (protocol::load_big<std::uint64_t>(sealed.data() + sealed.size()) != hash_bytes(sealed))
    return refuse_token("the paging state is damaged: it is not what paging_state() gave", diag);
  if (protocol::load_big<std::uint64_t>(token.data() + 1) != scope.statement)
    return refuse_token("the paging state is of another statement, or of the same one in another keyspace",
                        diag);
  if (protocol::load_big<std::uint64_t>(token.data() + 1 + hash_size) != scope.values)
    return refuse_token("the paging state is of the same statement with other values", diag);
  state = sealed.subspan(token_head);
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PAGING_TOKEN_IPP
