// SPDX-License-Identifier: MIT
// All of driver/.
#ifndef COODIE_DRIVER_DRIVER_ALL_HPP
#define COODIE_DRIVER_DRIVER_ALL_HPP

#include "cluster/cluster_all.hpp"
#include "driver/abstract_driver.hpp"
#include "driver/custom_driver.hpp"
#include "driver/diagnostics.hpp"
#include "driver/error.hpp"
#include "driver/execute.hpp"
#include "driver/init.hpp"
#include "driver/native_driver.hpp"
#include "driver/registry.hpp"
#include "driver/result.hpp"
#include "driver/run.hpp"
#include "driver/session.hpp"

#if COODIE_HAS_AIO
#include "driver/init_aio.hpp"
#include "driver/run_async.hpp"
#endif

#if COODIE_HAS_DEFINITIONS
#include "driver/driver_impl.ipp"
#endif

#endif  // COODIE_DRIVER_DRIVER_ALL_HPP
