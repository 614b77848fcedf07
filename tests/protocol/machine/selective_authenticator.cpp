// SPDX-License-Identifier: MIT
#include "protocol/machine/selective_authenticator.hpp"

#include "tests/catch.hpp"

TEST_CASE("selective_authenticator: answers to who is listed", "[machine]") {
  const coodie::selective_authenticator some(std::make_shared<coodie::plain_authenticator>("u", "p"),
                                             {"org.example.A", "org.example.B"});
  CHECK(some.begin("org.example.A") != nullptr);
  CHECK(some.begin("org.example.B") != nullptr);
  for (const std::string_view other : {"", "A", "org.example.AB", "org.example.a", "org.example.A "})
    CHECK(some.begin(other) == nullptr);
  const coodie::selective_authenticator none(std::make_shared<coodie::plain_authenticator>("u", "p"), {});
  CHECK(none.begin("org.example.A") == nullptr);
}

TEST_CASE("selective_authenticator: the well-known ones are class names", "[machine]") {
  for (const std::string_view name : coodie::well_known_authenticators) {
    CHECK(name.find('.') != std::string_view::npos);
    CHECK(name.ends_with("Authenticator"));
  }
}
