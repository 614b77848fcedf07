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

/// How the columns of rows are told.
struct metadata_choice {
  bool skip = false;       ///< not at all
  std::string changed_id;  ///< when not empty: that, and all of them, as the client knows others
};

COODIE_DECL void write_answer(protocol::writer& out, const store::answer& what, const metadata_choice& how);

/// What PREPARE has made.
struct prepared_reply {
  std::string_view id, metadata_id;  ///< no metadata id when it is empty
  std::uint32_t marker_flags = 0;    ///< in addition
};
COODIE_DECL void write_prepared(protocol::writer& out, const prepared_reply& reply,
                                const store::planned_statement& what);
COODIE_DECL void write_refusal(protocol::writer& out, const cql::refusal& why);
/// `request_id` is the prepared id of the request, for UNPREPARED; `knows_rate_limit`: the client asked for
/// the code of its own.
COODIE_DECL void write_error(protocol::writer& out, const error_reply& what, std::string_view request_id,
                             bool knows_rate_limit);
COODIE_DECL void write_unprepared(protocol::writer& out, std::string_view id);
COODIE_DECL void write_event(protocol::writer& out, const event_reply& what);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_REPLIES_HPP
