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

int main() { return std::puts(COODIE_VERSION) < 0; }
