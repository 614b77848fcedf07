// SPDX-License-Identifier: MIT
// A second file that includes the product and uses the same model; linked with program.cpp.
#include "coodie.hpp"

struct user {
  coodie::uuid id;
  std::string name;
  std::optional<std::int32_t> age;

  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};

const char* version_of_the_other_unit();
const char* version_of_the_other_unit() { return COODIE_VERSION; }

bool same_category(const std::error_category& category);
bool same_category(const std::error_category& category) { return category == coodie::client_category(); }

std::size_t users_of_the_other_unit(coodie::error_code& ec);
std::size_t users_of_the_other_unit(coodie::error_code& ec) {
  coodie::diagnostics diag;
  const auto found = coodie::sync::find<user>(coodie::col<&user::id> == coodie::uuid::random()).all(ec, diag);
  return found.size();
}
