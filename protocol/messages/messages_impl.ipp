// SPDX-License-Identifier: MIT
// The definitions of the messages.
#ifndef COODIE_PROTOCOL_MESSAGES_MESSAGES_IMPL_IPP
#define COODIE_PROTOCOL_MESSAGES_MESSAGES_IMPL_IPP

#include "protocol/messages/batch_message.ipp"
#include "protocol/messages/compression.ipp"
#include "protocol/messages/consistency.ipp"
#include "protocol/messages/error_message.ipp"
#include "protocol/messages/event_message.ipp"
#include "protocol/messages/frame.ipp"
#include "protocol/messages/handshake.ipp"
#include "protocol/messages/notations.ipp"
#include "protocol/messages/prelude.ipp"
#include "protocol/messages/query_parameters.ipp"
#include "protocol/messages/result_message.ipp"
#include "protocol/messages/result_metadata.ipp"
#include "protocol/messages/schema_change.ipp"
#include "protocol/messages/scylla.ipp"

#endif  // COODIE_PROTOCOL_MESSAGES_MESSAGES_IMPL_IPP
