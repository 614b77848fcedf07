// SPDX-License-Identifier: MIT
// A program that includes the product as its own header and needs definitions from it.
#include "coodie.hpp"

#include <cstdio>

#ifdef TWO_UNITS
const char* version_of_the_other_unit();
bool same_category(const std::error_category& category);
#endif

int main() {
  const coodie::error_code code = coodie::make_error_code(coodie::errc::truncated);
  if (code.message().empty()) return 1;
#ifdef TWO_UNITS
  if (!same_category(code.category())) return 1;
  std::puts(version_of_the_other_unit());
#else
  std::puts(COODIE_VERSION);
#endif
  return 0;
}
