// SPDX-License-Identifier: MIT
// The definitions of protocol/values.
#ifndef COODIE_PROTOCOL_VALUES_VALUES_IMPL_IPP
#define COODIE_PROTOCOL_VALUES_VALUES_IMPL_IPP

#include "protocol/errc.ipp"
#include "protocol/values/any_compare.ipp"
#include "protocol/values/any_literal.ipp"
#include "protocol/values/any_value.ipp"
#include "protocol/values/cql_type.ipp"
#include "protocol/values/cql_type_parse.ipp"
#include "protocol/values/decimal.ipp"
#include "protocol/values/duration.ipp"
#include "protocol/values/inet.ipp"
#include "protocol/values/marshal_type.ipp"
#include "protocol/values/random_bytes.ipp"
#include "protocol/values/time_of_day.ipp"
#include "protocol/values/timestamp.ipp"
#include "protocol/values/timeuuid.ipp"
#include "protocol/values/uuid.ipp"
#include "protocol/values/varint.ipp"

#endif  // COODIE_PROTOCOL_VALUES_VALUES_IMPL_IPP
