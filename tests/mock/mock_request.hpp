// SPDX-License-Identifier: MIT
// A request that the mock server has decoded.
#ifndef COODIE_TESTS_MOCK_MOCK_REQUEST_HPP
#define COODIE_TESTS_MOCK_MOCK_REQUEST_HPP

#include <string>
#include <utility>
#include <vector>

#include "protocol/bytes/reader.hpp"
#include "protocol/config.hpp"
#include "protocol/messages/messages.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/mock_script.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// The message of a frame: the member of its opcode means something. Borrows from the body.
struct mock_request {
  protocol::frame_header header;
  protocol::startup_message startup;
  protocol::query_message query;
  protocol::prepare_message prepare;
  protocol::execute_message execute;
  protocol::batch_message batch;
  protocol::register_message registration;
  protocol::auth_response_message auth_response;
  std::string metadata_id;  ///< of EXECUTE, when both sides use it
  std::vector<std::pair<std::string, std::string>> custom_payload;

  /// The parameters of QUERY or EXECUTE.
  [[nodiscard]] const protocol::query_parameters& parameters() const noexcept {
    return header.code() == protocol::opcode::execute ? execute.parameters : query.parameters;
  }
  /// The prepared id of EXECUTE.
  [[nodiscard]] std::string id() const {
    return {reinterpret_cast<const char*>(execute.id.data()), execute.id.size()};
  }
};

/// Decodes a body, behind its prelude. Refuses as Cassandra does. `with_metadata_id`: EXECUTE has one.
[[nodiscard]] COODIE_DECL cql::refusal decode_request(const protocol::frame_header& header,
                                                      protocol::reader body, bool with_metadata_id,
                                                      mock_request& request);

/// What a test may look at; the caller adds node, connection and the text of prepared statements.
[[nodiscard]] COODIE_DECL request_record make_record(const mock_request& request);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_REQUEST_HPP
