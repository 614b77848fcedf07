// SPDX-License-Identifier: MIT
// The definitions of one layer, compiled once for the tests; the layers before it are declared only.
#include "protocol/config.hpp"

#include "driver/driver_all.hpp"

#undef COODIE_HAS_DEFINITIONS
#define COODIE_HAS_DEFINITIONS 1
#include "orm/coodie_all.hpp"
#include "orm/orm_impl.ipp"
