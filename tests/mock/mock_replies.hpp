// SPDX-License-Identifier: MIT
// The messages of the mock server, written from what the engine gives.
#ifndef COODIE_TESTS_MOCK_MOCK_REPLIES_HPP
#define COODIE_TESTS_MOCK_MOCK_REPLIES_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/writer.hpp"
#include "protocol/config.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/mock_script.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

// Each writes the body of a message, for begin_frame() and end_frame().

COODIE_DECL void write_answer(protocol::writer& out, const store::answer& what, bool skip_metadata);
COODIE_DECL void write_prepared(protocol::writer& out, std::string_view id,
                                const store::planned_statement& what);
COODIE_DECL void write_refusal(protocol::writer& out, const cql::refusal& why);
/// `request_id` is the prepared id of the request, for UNPREPARED.
COODIE_DECL void write_error(protocol::writer& out, const error_reply& what, std::string_view request_id);
COODIE_DECL void write_unprepared(protocol::writer& out, std::string_view id);
COODIE_DECL void write_event(protocol::writer& out, const event_reply& what);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_REPLIES_HPP
