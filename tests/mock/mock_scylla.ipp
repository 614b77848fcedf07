// SPDX-License-Identifier: MIT
// ScyllaDB's protocol extensions.
#ifndef COODIE_TESTS_MOCK_MOCK_SCYLLA_IPP
#define COODIE_TESTS_MOCK_MOCK_SCYLLA_IPP

#include "protocol/messages/scylla.hpp"
#include "tests/mock/mock_md5.hpp"
#include "tests/mock/mock_script.hpp"
#include "tests/mock/mock_scylla.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

inline constexpr std::string_view metadata_id_option = "SCYLLA_USE_METADATA_ID";

std::vector<owned_option> announce(const server_options& options, const scylla_identity& who) {
  const scylla_options& scylla = options.scylla;
  std::vector<owned_option> announced = {
      {"SCYLLA_HOST_ID", who.host_id},
      {"SCYLLA_SHARD", std::to_string(who.shard)},
      {"SCYLLA_NR_SHARDS", std::to_string(options.shards)},
      {"SCYLLA_SHARDING_ALGORITHM", "biased-token-round-robin"},
      {"SCYLLA_SHARDING_IGNORE_MSB", std::to_string(scylla.ignore_msb)},
      {"SCYLLA_PARTITIONER", options.partitioner},
  };
  const auto offer = [&](bool offered, std::string_view name, std::string argument) {
    if (offered) announced.emplace_back(name, std::move(argument));
  };
  offer(who.shard_aware_port != 0, "SCYLLA_SHARD_AWARE_PORT", std::to_string(who.shard_aware_port));
  offer(scylla.lwt_mark, protocol::scylla_option::lwt_mark,
        "LWT_OPTIMIZATION_META_BIT_MASK=" + std::to_string(lwt_mask));
  offer(scylla.rate_limit_error, protocol::scylla_option::rate_limit_error,
        "ERROR_CODE=" + std::to_string(rate_limit_code));
  offer(scylla.metadata_id, metadata_id_option, {});
  offer(scylla.tablets_routing, protocol::scylla_option::tablets, {});
  return announced;
}

scylla_agreement agree(const server_options& options, const protocol::startup_message& startup) {
  scylla_agreement agreed;
  if (options.shards == 0) return agreed;
  const auto both = [&](bool offered, std::string_view name) {
    return offered && startup.find(name) != nullptr;
  };
  agreed.lwt_mark = both(options.scylla.lwt_mark, protocol::scylla_option::lwt_mark);
  agreed.rate_limit_error = both(options.scylla.rate_limit_error, protocol::scylla_option::rate_limit_error);
  agreed.metadata_id = both(options.scylla.metadata_id, metadata_id_option);
  agreed.tablets_routing = both(options.scylla.tablets_routing, protocol::scylla_option::tablets);
  return agreed;
}

std::string metadata_id_of(const store::planned_statement& statement) {
  std::string text;
  for (const auto& each : statement.columns)
    text.append(each.name).append(1, '\0').append(store::schema_type_text(each.type)).append(1, '\0');
  return md5(text);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_SCYLLA_IPP
