// SPDX-License-Identifier: MIT
// A program that includes the product as its own header and uses each layer, with exceptions or without.
#include "coodie.hpp"

#include <cstdio>

struct user {
  coodie::uuid id;
  std::string name;
  std::optional<std::int32_t> age;

  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};

#ifdef TWO_UNITS
const char* version_of_the_other_unit();
bool same_category(const std::error_category& category);
std::size_t users_of_the_other_unit(coodie::error_code& ec);
#endif

namespace {

// Nobody listens on port 1, so that the whole way to a socket and back is taken.
bool connecting_fails() {
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = 1}, ec, diag);
  return ec && !ec.message().empty();
}

bool saving_fails() {
  coodie::error_code ec;
  coodie::diagnostics diag;
  const user somebody{.id = coodie::uuid::random(), .name = "somebody", .age = 42};
  coodie::sync::save(somebody, ec, diag);
  const coodie::error_code saved = ec;
  const auto found = coodie::sync::find<user>(coodie::col<&user::id> == somebody.id).all(ec, diag);
  return saved && ec;
}

// Refused where there is no TLS, and tried where there is.
bool tls_is_as_built() {
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = 1, .tls = {.enabled = true}}, ec, diag);
#ifdef HAS_TLS
  return ec == coodie::errc::no_host_available;
#else
  return ec == coodie::errc::configuration;
#endif
}

}  // namespace

int main() {
  if (!connecting_fails() || !saving_fails() || !tls_is_as_built()) return 1;
#ifdef TWO_UNITS
  coodie::error_code ec;
  if (users_of_the_other_unit(ec) != 0 || !ec || !same_category(ec.category())) return 1;
  std::puts(version_of_the_other_unit());
#else
  std::puts(COODIE_VERSION);
#endif
  return 0;
}
