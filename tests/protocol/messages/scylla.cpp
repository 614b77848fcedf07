// SPDX-License-Identifier: MIT
// What ScyllaDB announces, complete, partly and malformed.
#include "protocol/messages/scylla.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::read_scylla_features;
using coodie::protocol::scylla_features;
using coodie::protocol::supported_message;

namespace {

supported_message complete() {
  supported_message m;
  m.options = {{"CQL_VERSION", {"3.3.1"}},
               {"SCYLLA_SHARD", {"3"}},
               {"SCYLLA_NR_SHARDS", {"12"}},
               {"SCYLLA_SHARDING_IGNORE_MSB", {"12"}},
               {"SCYLLA_SHARDING_ALGORITHM", {"biased-token-round-robin"}},
               {"SCYLLA_PARTITIONER", {"org.apache.cassandra.dht.Murmur3Partitioner"}},
               {"SCYLLA_SHARD_AWARE_PORT", {"19042"}},
               {"SCYLLA_SHARD_AWARE_PORT_SSL", {"19142"}},
               {"SCYLLA_RATE_LIMIT_ERROR", {"ERROR_CODE=61440"}},
               {"SCYLLA_LWT_ADD_METADATA_MARK", {"LWT_OPTIMIZATION_META_BIT_MASK=2147483648"}},
               {"TABLETS_ROUTING_V1", {""}},
               {"SCYLLA_HOST_ID", {"5f8c2b1e-0000-4000-8000-000000000001"}}};
  return m;
}

scylla_features with(std::string_view option, std::vector<std::string_view> values) {
  supported_message m = complete();
  for (auto& [name, old] : m.options)
    if (name == option) old = std::move(values);
  return read_scylla_features(m);
}

}  // namespace

TEST_CASE("everything that ScyllaDB announces") {
  const supported_message m = complete();
  const scylla_features f = read_scylla_features(m);
  CHECK(f.sharded);
  CHECK(f.shard == 3);
  CHECK(f.shard_count == 12);
  CHECK(f.ignore_msb == 12);
  CHECK(f.sharding_algorithm == "biased-token-round-robin");
  CHECK(f.partitioner == "org.apache.cassandra.dht.Murmur3Partitioner");
  CHECK(f.shard_aware_port == 19042);
  CHECK(f.shard_aware_port_ssl == 19142);
  CHECK(f.rate_limit_error == 61440);
  CHECK(f.lwt_mask == 0x80000000);
  CHECK(f.tablets);
  CHECK(f.host_id == "5f8c2b1e-0000-4000-8000-000000000001");
  CHECK(f.is_lwt(0x80000001));
  CHECK_FALSE(f.is_lwt(0x7FFFFFFF));
}

TEST_CASE("Cassandra announces none of it") {
  supported_message m;
  m.options = {{"CQL_VERSION", {"3.4.7"}}, {"COMPRESSION", {"snappy", "lz4"}}};
  const scylla_features f = read_scylla_features(m);
  CHECK_FALSE(f.sharded);
  CHECK(f.shard_count == 0);
  CHECK(f.shard_aware_port == 0);
  CHECK(f.shard_aware_port_ssl == 0);
  CHECK(f.rate_limit_error == 0);
  CHECK(f.lwt_mask == 0);
  CHECK_FALSE(f.is_lwt(0xFFFFFFFF));
  CHECK_FALSE(f.tablets);
  CHECK(f.host_id.empty());
}

TEST_CASE("sharding is announced wholly or not at all") {
  for (const char* bad :
       {"", "x", "-1", "+1", " 1", "1 ", "1x", "0x1", "4294967296", "99999999999999999999"}) {
    CAPTURE(bad);
    for (const char* option : {"SCYLLA_SHARD", "SCYLLA_NR_SHARDS", "SCYLLA_SHARDING_IGNORE_MSB"}) {
      const scylla_features f = with(option, {bad});
      CHECK_FALSE(f.sharded);
      CHECK(f.shard_count == 0);
      CHECK(f.sharding_algorithm.empty());
    }
  }
  CHECK_FALSE(with("SCYLLA_NR_SHARDS", {"0"}).sharded);
  CHECK_FALSE(with("SCYLLA_NR_SHARDS", {"3"}).sharded);  // the shard is 3
  CHECK(with("SCYLLA_NR_SHARDS", {"4"}).sharded);
  CHECK(with("SCYLLA_NR_SHARDS", {"1024"}).sharded);
  CHECK_FALSE(with("SCYLLA_NR_SHARDS", {"1025"}).sharded);  // each would get a connection
  CHECK(with("SCYLLA_SHARDING_IGNORE_MSB", {"63"}).sharded);
  CHECK_FALSE(with("SCYLLA_SHARDING_IGNORE_MSB", {"64"}).sharded);
  CHECK_FALSE(with("SCYLLA_SHARDING_IGNORE_MSB", {"256"}).sharded);
  CHECK_FALSE(with("SCYLLA_SHARD", {}).sharded);
}

TEST_CASE("ports and extensions that are malformed count as not announced") {
  CHECK(with("SCYLLA_SHARD_AWARE_PORT", {"65535"}).shard_aware_port == 65535);
  CHECK(with("SCYLLA_SHARD_AWARE_PORT", {"65536"}).shard_aware_port == 0);
  CHECK(with("SCYLLA_SHARD_AWARE_PORT", {"port"}).shard_aware_port == 0);
  CHECK(with("SCYLLA_SHARD_AWARE_PORT_SSL", {}).shard_aware_port_ssl == 0);
  CHECK(with("SCYLLA_RATE_LIMIT_ERROR", {"ERROR_CODE="}).rate_limit_error == 0);
  CHECK(with("SCYLLA_RATE_LIMIT_ERROR", {"ERROR_CODE"}).rate_limit_error == 0);
  CHECK(with("SCYLLA_RATE_LIMIT_ERROR", {"ERROR_CODES=5"}).rate_limit_error == 0);
  CHECK(with("SCYLLA_RATE_LIMIT_ERROR", {"ERROR_CODE=2147483648"}).rate_limit_error == 0);
  CHECK(with("SCYLLA_RATE_LIMIT_ERROR", {"OTHER=1", "ERROR_CODE=-5"}).rate_limit_error == -5);
  CHECK(with("SCYLLA_LWT_ADD_METADATA_MARK", {"LWT_OPTIMIZATION_META_BIT_MASK=-1"}).lwt_mask == 0);
  CHECK(with("SCYLLA_LWT_ADD_METADATA_MARK", {}).lwt_mask == 0);
}
