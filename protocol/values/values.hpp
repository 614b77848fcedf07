// SPDX-License-Identifier: MIT
// Everything about CQL types and values.
#ifndef COODIE_PROTOCOL_VALUES_VALUES_HPP
#define COODIE_PROTOCOL_VALUES_VALUES_HPP

#include "protocol/values/any_value.hpp"
#include "protocol/values/codec.hpp"
#include "protocol/values/collection_codecs.hpp"
#include "protocol/values/cql_identifier.hpp"
#include "protocol/values/cql_type.hpp"
#include "protocol/values/decimal.hpp"
#include "protocol/values/duration.hpp"
#include "protocol/values/hex.hpp"
#include "protocol/values/inet.hpp"
#include "protocol/values/marshal_type.hpp"
#include "protocol/values/number_codecs.hpp"
#include "protocol/values/optional_codec.hpp"
#include "protocol/values/random_bytes.hpp"
#include "protocol/values/text_codecs.hpp"
#include "protocol/values/time_of_day.hpp"
#include "protocol/values/timestamp.hpp"
#include "protocol/values/timeuuid.hpp"
#include "protocol/values/tuple_codecs.hpp"
#include "protocol/values/uuid.hpp"
#include "protocol/values/varint.hpp"
#include "protocol/values/vector_codec.hpp"
#include "protocol/values/vint.hpp"

#if COODIE_HAS_DEFINITIONS
#include "protocol/values/values_impl.ipp"
#endif

#endif  // COODIE_PROTOCOL_VALUES_VALUES_HPP
