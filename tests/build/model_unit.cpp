// SPDX-License-Identifier: MIT
// A file that includes the model header, alone or on either side of the product.
#ifdef PRODUCT_FIRST
#include "coodie.hpp"
#endif
#include "coodie_model.hpp"
#ifdef PRODUCT_LAST
#include "coodie.hpp"
#endif

#include <cstdio>

struct user {
  coodie::uuid id;
  std::string name;

  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};

int main() {
  const user somebody{.id = coodie::uuid::random(), .name = COODIE_VERSION};
  return std::puts(somebody.name.c_str()) < 0;
}
