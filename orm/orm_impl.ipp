// SPDX-License-Identifier: MIT
// The definitions of orm/.
#ifndef COODIE_ORM_ORM_IMPL_IPP
#define COODIE_ORM_ORM_IMPL_IPP

#include "driver/driver_all.hpp"

#include "orm/batch.ipp"
#include "orm/call_settings.ipp"
#include "orm/conditional_reader.ipp"
#include "orm/find_query.ipp"
#include "orm/prepared_check.ipp"
#include "orm/result_rows.ipp"
#include "orm/row_reader.ipp"
#include "orm/schema_metadata.ipp"
#include "orm/schema_operation.ipp"
#include "orm/schema_plan.ipp"
#include "orm/schema_reader.ipp"
#include "orm/schema_rows.ipp"
#include "orm/sync_batch.ipp"
#include "orm/sync_schema.ipp"
#include "orm/sync_trace.ipp"
#include "orm/trace_operation.ipp"

#endif  // COODIE_ORM_ORM_IMPL_IPP
