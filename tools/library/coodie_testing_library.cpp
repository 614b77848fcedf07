// SPDX-License-Identifier: MIT
// The one source file that holds the definitions when coodie_testing.hpp is compiled separately.
#define COODIE_IMPLEMENTATION
#include "coodie_testing.hpp"
