// SPDX-License-Identifier: MIT
// A file that includes the testing header, which brings the product.
#include "coodie_testing.hpp"

#include <cstdio>

int main() { return coodie::make_error_code(coodie::errc::closed).message().empty() || std::puts(COODIE_VERSION) < 0; }
