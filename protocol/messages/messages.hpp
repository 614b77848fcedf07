// SPDX-License-Identifier: MIT
// All messages of the native protocol v4, both directions, with their frames.
#ifndef COODIE_PROTOCOL_MESSAGES_MESSAGES_HPP
#define COODIE_PROTOCOL_MESSAGES_MESSAGES_HPP

#include "protocol/messages/batch_message.hpp"
#include "protocol/messages/compression.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/messages/error_message.hpp"
#include "protocol/messages/event_message.hpp"
#include "protocol/messages/frame.hpp"
#include "protocol/messages/handshake.hpp"
#include "protocol/messages/notations.hpp"
#include "protocol/messages/prelude.hpp"
#include "protocol/messages/query_message.hpp"
#include "protocol/messages/query_parameters.hpp"
#include "protocol/messages/result_message.hpp"
#include "protocol/messages/result_metadata.hpp"
#include "protocol/messages/schema_change.hpp"
#include "protocol/messages/scylla.hpp"

#endif  // COODIE_PROTOCOL_MESSAGES_MESSAGES_HPP
