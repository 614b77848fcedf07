// SPDX-License-Identifier: MIT
// ScyllaDB's protocol extensions, as a node of the mock cluster offers them.
#ifndef COODIE_TESTS_MOCK_MOCK_SCYLLA_HPP
#define COODIE_TESTS_MOCK_MOCK_SCYLLA_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/messages/messages.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/server_options.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// The bit of a prepared statement's flags that says that it is conditional.
inline constexpr std::uint32_t lwt_mask = 0x8000'0000U;

/// What a client asked for in STARTUP, of what its node offers.
struct scylla_agreement {
  bool lwt_mark = false, rate_limit_error = false, metadata_id = false, tablets_routing = false;
};

/// An option of SUPPORTED that owns its texts.
using owned_option = std::pair<std::string, std::string>;

/// Who announces itself.
struct scylla_identity {
  std::uint32_t shard = 0;             ///< of the connection
  std::uint16_t shard_aware_port = 0;  ///< 0: none
  std::string host_id;                 ///< a uuid's text
};

/// What a node with shards announces beyond Cassandra.
[[nodiscard]] COODIE_DECL std::vector<owned_option> announce(const server_options& options,
                                                             const scylla_identity& who);
[[nodiscard]] COODIE_DECL scylla_agreement agree(const server_options& options,
                                                 const protocol::startup_message& startup);

/// Names the columns of a statement's rows and their types: it changes when they do.
[[nodiscard]] COODIE_DECL std::string metadata_id_of(const store::planned_statement& statement);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_SCYLLA_HPP
