// SPDX-License-Identifier: MIT
// The definitions of driver/.
#ifndef COODIE_DRIVER_DRIVER_IMPL_IPP
#define COODIE_DRIVER_DRIVER_IMPL_IPP

#include "cluster/cluster_all.hpp"

#include "driver/abstract_driver.ipp"
#include "driver/custom_driver.ipp"
#include "driver/diagnostics.ipp"
#include "driver/error.ipp"
#include "driver/execute.ipp"
#include "driver/init.ipp"
#include "driver/native_driver.ipp"
#include "driver/paging_token.ipp"
#include "driver/profile_name.ipp"
#include "driver/read_ahead.ipp"
#include "driver/registry.ipp"
#include "driver/result.ipp"
#include "driver/session.ipp"
#include "driver/statement_cache.ipp"

#endif  // COODIE_DRIVER_DRIVER_IMPL_IPP
