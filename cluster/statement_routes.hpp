// SPDX-License-Identifier: MIT
// What is known about where a statement's requests belong: the keyspace's replicas, or the table's tablets.
#ifndef COODIE_CLUSTER_STATEMENT_ROUTES_HPP
#define COODIE_CLUSTER_STATEMENT_ROUTES_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/topology.hpp"
#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// A range of a table's tokens, and who has it (ScyllaDB's docs/dev/protocol-extensions.md, tablets).
struct tablet {
  struct replica {
    uuid host_id;
    std::int32_t shard = 0;
  };
  std::int64_t before = 0;  ///< the range begins behind this token ...
  std::int64_t last = 0;    ///< ... and ends with this one
  std::vector<replica> replicas;
};

/// The tablets of one table that have been told so far, by token.
class tablet_map {
 public:
  [[nodiscard]] COODIE_DECL const tablet* find(std::int64_t token) const noexcept;
  /// Takes the place of all that overlap it.
  COODIE_DECL void learn(tablet told);
  [[nodiscard]] std::size_t size() const noexcept { return tablets_.size(); }
  void clear() noexcept { tablets_.clear(); }

 private:
  std::vector<tablet> tablets_;  // by `last`, without overlap
};

/// The value of the payload `tablets-routing-v1`: tuple<bigint, bigint, list<tuple<uuid, int>>>.
[[nodiscard]] COODIE_DECL std::optional<tablet> read_tablet(std::span<const std::byte> value);

struct keyspace_route {
  std::string keyspace;
  std::shared_ptr<const protocol::replica_map> replicas;
};

struct table_route {
  std::string keyspace, table;
  tablet_map tablets;
};

struct statement_route {
  std::uint32_t serial = 0;  ///< of the statement; 0: nothing is known
  bool conditional = false;  ///< the server says so
  const keyspace_route* keyspace = nullptr;
  table_route* table = nullptr;            ///< nullptr until tablets are told of
  std::vector<std::uint16_t> key_markers;  ///< the values that are the partition key; empty: not to be told
};

/// By statement. Used by the loop alone.
class statement_routes {
 public:
  /// For statements that nothing is known about yet, and for requests without one: the driver's keyspace.
  [[nodiscard]] const statement_route& common() const noexcept { return common_; }
  [[nodiscard]] const statement_route& of(const protocol::statement& what) const noexcept {
    const std::uint32_t slot = what.slot();
    if (slot >= by_slot_.size() || by_slot_[slot].serial != what.serial()) [[unlikely]]
      return common_;
    return by_slot_[slot];
  }
  [[nodiscard]] const statement_route& of(const protocol::request& r) const noexcept {
    if (r.kind == protocol::request_kind::execute) [[likely]]
      return of(*r.what);
    if (r.kind == protocol::request_kind::batch && !r.members.empty()) return of(*r.members[0].what);
    return common_;
  }
  /// A server has told about a statement; `keyspace` is the driver's own.
  COODIE_DECL void learn(const protocol::statement& what, const protocol::prepared_result& prepared,
                         std::uint32_t lwt_mask);
  COODIE_DECL void learn_tablet(const protocol::statement& what, tablet told);
  /// The cluster has changed; nullptr: tokens mean nothing.
  COODIE_DECL void set_view(std::shared_ptr<const cluster_view> view, std::string_view keyspace);

 private:
  [[nodiscard]] COODIE_DECL const keyspace_route* keyspace(std::string_view name);
  [[nodiscard]] COODIE_DECL table_route* table(std::string_view keyspace, std::string_view name);

  std::shared_ptr<const cluster_view> view_;
  statement_route common_;
  std::vector<statement_route> by_slot_;
  std::vector<std::unique_ptr<keyspace_route>> keyspaces_;
  std::vector<std::unique_ptr<table_route>> tables_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_STATEMENT_ROUTES_HPP
