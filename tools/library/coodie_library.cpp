// SPDX-License-Identifier: MIT
// The one source file that holds the definitions when coodie.hpp is compiled separately.
#define COODIE_IMPLEMENTATION
#include "coodie.hpp"
