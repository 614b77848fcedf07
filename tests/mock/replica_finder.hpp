// SPDX-License-Identifier: MIT
// Which nodes and shards of the mock cluster hold a partition: by the ring, or by tablets.
#ifndef COODIE_TESTS_MOCK_REPLICA_FINDER_HPP
#define COODIE_TESTS_MOCK_REPLICA_FINDER_HPP

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/messages/notations.hpp"
#include "protocol/routing/routing.hpp"
#include "tests/mock/cluster_script.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/server_options.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// A part of a table: the tokens behind `first`, up to `last`.
struct tablet {
  std::int64_t first = 0, last = 0;
  std::vector<replica> replicas;
};

/// Used by the server's thread alone.
class replica_finder {
 public:
  replica_finder(const server_options& options, store::engine& engine) : options_(options), engine_(engine) {}

  /// In the order of the ring, or of the tablet. Empty when the keyspace is not replicated by a strategy that
  /// is known, or the partitioner is not Murmur3Partitioner.
  [[nodiscard]] COODIE_DECL std::vector<replica> find(const std::string& keyspace, const std::string& table,
                                                      std::int64_t token);
  /// Nothing for a table that has no tablets.
  [[nodiscard]] COODIE_DECL const tablet* find_tablet(const std::string& keyspace, const std::string& table,
                                                      std::int64_t token);
  /// Puts the tablet that holds `token` elsewhere; false when the table has none.
  COODIE_DECL bool move_tablet(const std::string& keyspace, const std::string& table, std::int64_t token,
                               std::vector<replica> replicas);
  /// Gives the tablets of a node that was removed to others.
  COODIE_DECL void node_removed(std::size_t node);

 private:
  using table_name = std::pair<std::string, std::string>;

  [[nodiscard]] COODIE_DECL bool has_tablets(const std::string& keyspace, const std::string& table) const;
  [[nodiscard]] COODIE_DECL std::vector<tablet>* tablets_of(const std::string& keyspace,
                                                            const std::string& table);
  [[nodiscard]] COODIE_DECL std::vector<tablet> place_tablets(const protocol::replication& how,
                                                              std::uint64_t seed) const;
  /// The numbers of the members, of one datacenter or (empty) of all.
  [[nodiscard]] COODIE_DECL std::vector<std::size_t> members(std::string_view datacenter) const;
  [[nodiscard]] COODIE_DECL const protocol::replica_map& map_of(
      const std::map<std::string, std::string>& how);
  [[nodiscard]] COODIE_DECL std::shared_ptr<const protocol::token_ring> make_ring() const;

  const server_options& options_;
  store::engine& engine_;
  std::map<table_name, std::vector<tablet>> tablets_;
  std::uint64_t revision_ = 0;  // of the cluster, when ring_ and maps_ were made
  std::shared_ptr<const protocol::token_ring> ring_;
  std::map<std::map<std::string, std::string>, protocol::replica_map> maps_;
};

/// The token of the partition that a statement with bound values is about. Nothing unless every component of
/// the key is a marker with a value. `names` is empty for values by position.
[[nodiscard]] COODIE_DECL std::optional<std::int64_t> token_of_values(
    const store::planned_statement& statement, const std::vector<protocol::bytes_view>& values,
    const std::vector<std::string_view>& names);

/// The value of `tablets-routing-v1`: tuple<bigint, bigint, list<tuple<uuid, int>>>.
[[nodiscard]] COODIE_DECL std::string encode_tablet(const tablet& what,
                                                    const store::cluster_description& cluster);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_REPLICA_FINDER_HPP
