// SPDX-License-Identifier: MIT
// Everything.
#ifndef COODIE_ORM_COODIE_ALL_HPP
#define COODIE_ORM_COODIE_ALL_HPP

#include "driver/driver_all.hpp"
#include "orm/batch.hpp"
#include "orm/lwt_result.hpp"
#include "orm/model_all.hpp"
#include "orm/result_rows.hpp"
#include "orm/rows.hpp"
#include "orm/sync_batch.hpp"
#include "orm/sync_find.hpp"
#include "orm/sync_read.hpp"
#include "orm/sync_schema.hpp"
#include "orm/sync_trace.hpp"
#include "orm/sync_write.hpp"

#if COODIE_HAS_AIO
#include "orm/aio_batch.hpp"
#include "orm/aio_find.hpp"
#include "orm/aio_read.hpp"
#include "orm/aio_schema.hpp"
#include "orm/aio_trace.hpp"
#include "orm/aio_write.hpp"
#endif

#if COODIE_HAS_DEFINITIONS
#include "orm/orm_impl.ipp"
#endif

#endif  // COODIE_ORM_COODIE_ALL_HPP
