// SPDX-License-Identifier: MIT
// A second file that includes the product; linked with program.cpp.
#include "coodie.hpp"

const char* version_of_the_other_unit();
const char* version_of_the_other_unit() { return COODIE_VERSION; }

bool same_category(const std::error_category& category);
bool same_category(const std::error_category& category) { return category == coodie::client_category(); }
