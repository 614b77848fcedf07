// SPDX-License-Identifier: MIT
#include "driver/paging_token.hpp"

#include <string>
#include <vector>

#include "driver/driver_all.hpp"
#include "tests/catch.hpp"

using coodie::errc;

namespace {

using bytes = std::vector<std::byte>;
using coodie::detail::open_paging_state;
using coodie::detail::paging_scope;
using coodie::detail::scope_of;
using coodie::detail::seal_paging_state;

bytes to_bytes(std::string_view text) {
  const auto span = std::as_bytes(std::span(text));
  return {span.begin(), span.end()};
}

std::string in_hex(const bytes& all) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte each : all) {
    text += digits[std::to_integer<unsigned>(each >> 4)];
    text += digits[std::to_integer<unsigned>(each & std::byte{15})];
  }
  return text;
}

errc open(const paging_scope& scope, std::span<const std::byte> token, bytes* state = nullptr,
          std::string* said = nullptr) {
  std::span<const std::byte> found;
  coodie::diagnostics diag;
  const errc e = open_paging_state(scope, token, found, &diag);
  if (state != nullptr) state->assign(found.begin(), found.end());
  if (said != nullptr) *said = diag.message();
  return e;
}

const paging_scope scope = scope_of("SELECT v FROM t WHERE k = ?", "ks", to_bytes("value"));
const bytes state = to_bytes("the server's state");

}  // namespace

TEST_CASE("paging token: what was put in comes out", "[driver]") {
  const bytes token = seal_paging_state(scope, state);
  bytes found;
  CHECK(open(scope, token, &found) == errc::ok);
  CHECK(found == state);
  CHECK(seal_paging_state(scope, {}).empty());
  CHECK(open(scope, {}, &found) == errc::ok);
  CHECK(found.empty());
  // One that another process has made must be good here: these bytes are for ever.
  CHECK(in_hex(token) ==
        "0141c49edee0c147de6d94c0bb3bfd047d746865207365727665722773207374617465"
        "07f1aed2cec52c5c");
}

TEST_CASE("paging token: cut anywhere it is refused", "[driver]") {
  const bytes token = seal_paging_state(scope, state);
  for (std::size_t size = 1; size < token.size(); ++size) {
    INFO(size);
    const bytes cut(token.begin(), token.begin() + static_cast<std::ptrdiff_t>(size));  // exact, for ASan
    CHECK(open(scope, cut) == errc::paging_state_invalid);
  }
  bytes longer = token;
  longer.push_back({});
  CHECK(open(scope, longer) == errc::paging_state_invalid);
}

TEST_CASE("paging token: with any byte changed it is refused", "[driver]") {
  const bytes token = seal_paging_state(scope, state);
  for (std::size_t at = 0; at < token.size(); ++at)
    for (unsigned flip = 1; flip < 256; ++flip) {
      bytes changed = token;
      changed[at] ^= static_cast<std::byte>(flip);
      if (open(scope, changed) != errc::paging_state_invalid) FAIL("byte " << at << " with " << flip);
    }
}

TEST_CASE("paging token: each refusal says what is wrong", "[driver]") {
  const bytes token = seal_paging_state(scope, state);
  std::string said;
  const auto values = to_bytes("value");
  CHECK(open(scope_of("SELECT w FROM t WHERE k = ?", "ks", values), token, nullptr, &said) ==
        errc::paging_state_invalid);
  CHECK(said == "the paging state is of another statement, or of the same one in another keyspace");
  CHECK(open(scope_of("SELECT v FROM t WHERE k = ?", "other", values), token, nullptr, &said) ==
        errc::paging_state_invalid);
  CHECK(said == "the paging state is of another statement, or of the same one in another keyspace");
  CHECK(open(scope_of("SELECT v FROM t WHERE k = ?", "ks", to_bytes("Value")), token, nullptr, &said) ==
        errc::paging_state_invalid);
  CHECK(said == "the paging state is of the same statement with other values");
  CHECK(open(scope, bytes(token.begin(), token.begin() + 10), nullptr, &said) == errc::paging_state_invalid);
  CHECK(said == "the paging state has been cut short");
  CHECK(open(scope, state, nullptr, &said) == errc::paging_state_invalid);
  CHECK(said == "the paging state is none of coodie's, or of another version of it");
  bytes changed = token;
  changed.back() ^= std::byte{1};
  CHECK(open(scope, changed, nullptr, &said) == errc::paging_state_invalid);
  CHECK(said == "the paging state is damaged: it is not what paging_state() gave");
  // The text and the keyspace are told apart.
  CHECK(scope_of("ab", "c", {}).statement != scope_of("a", "bc", {}).statement);
}
