// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_STATEMENT_ROUTES_IPP
#define COODIE_CLUSTER_STATEMENT_ROUTES_IPP

#include <algorithm>
#include <tuple>

#include "cluster/statement_routes.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
// What a server may make us remember: more than any cluster has.
inline constexpr std::size_t most_tablets = 1U << 17, most_tablet_replicas = 32;
inline constexpr std::size_t most_keyspaces = 1024, most_tables = 4096, longest_name = 256;
}  // namespace detail

const tablet* tablet_map::find(std::int64_t token) const noexcept {
  const auto found = std::lower_bound(tablets_.begin(), tablets_.end(), token,
                                      [](const tablet& t, std::int64_t sought) { return t.last < sought; });
  return found != tablets_.end() && found->before < token ? &*found : nullptr;
}

void tablet_map::learn(tablet told) {
  if (told.before >= told.last) return;
  if (tablets_.size() >= detail::most_tablets) tablets_.clear();
  const auto first = std::upper_bound(tablets_.begin(), tablets_.end(), told.before,
                                      [](std::int64_t before, const tablet& t) { return before < t.last; });
  auto end = first;
  while (end != tablets_.end() && end->before < told.last) ++end;
  tablets_.insert(tablets_.erase(first, end), std::move(told));
}

std::optional<tablet> read_tablet(std::span<const std::byte> value) {
  using replica_list = std::vector<std::tuple<uuid, std::int32_t>>;
  std::tuple<std::int64_t, std::int64_t, replica_list> told;
  const protocol::bytes_view view{value.data(), static_cast<std::int32_t>(value.size())};
  if (protocol::get_value(view, told) != errc::ok) return std::nullopt;
  if (std::get<2>(told).size() > detail::most_tablet_replicas) return std::nullopt;
  tablet made{std::get<0>(told), std::get<1>(told), {}};
  for (const auto& [host_id, shard] : std::get<2>(told)) made.replicas.push_back({host_id, shard});
  return made;
}

const keyspace_route* statement_routes::keyspace(std::string_view name) {
  for (const auto& known : keyspaces_)
    if (known->keyspace == name) return known.get();
  if (keyspaces_.size() >= detail::most_keyspaces) return nullptr;
  auto& made = *keyspaces_.emplace_back(std::make_unique<keyspace_route>());
  made.keyspace = name;
  made.replicas = view_ != nullptr ? view_->replicas(name) : std::make_shared<const protocol::replica_map>();
  return &made;
}

table_route* statement_routes::table(std::string_view keyspace, std::string_view name) {
  for (const auto& known : tables_)
    if (known->keyspace == keyspace && known->table == name) return known.get();
  if (tables_.size() >= detail::most_tables) return nullptr;
  auto& made = *tables_.emplace_back(std::make_unique<table_route>());
  made.keyspace = keyspace;
  made.table = name;
  return &made;
}

void statement_routes::learn(const protocol::statement& what, const protocol::prepared_result& prepared,
                             std::uint32_t lwt_mask) {
  const std::uint32_t slot = what.slot();
  if (slot >= by_slot_.size()) by_slot_.resize(slot + 8);
  statement_route& route = by_slot_[slot];
  route = {};
  route.serial = what.serial();
  route.conditional = (prepared.markers.flags & lwt_mask) != 0;
  route.key_markers = prepared.pk_indexes;
  // All markers of a statement are of its one table.
  const auto& columns = prepared.markers.columns;
  const bool is_named = !columns.empty() && columns[0].keyspace.size() <= detail::longest_name &&
                        columns[0].table.size() <= detail::longest_name;
  const std::string_view name = is_named ? columns[0].keyspace : std::string_view();
  route.keyspace = name.empty() ? common_.keyspace : keyspace(name);
  if (is_named) route.table = table(name, columns[0].table);
}

void statement_routes::learn_tablet(const protocol::statement& what, tablet told) {
  const statement_route& route = of(what);
  if (route.table != nullptr) route.table->tablets.learn(std::move(told));
}

void statement_routes::set_view(std::shared_ptr<const cluster_view> view, std::string_view own) {
  view_ = std::move(view);
  for (const auto& known : keyspaces_)
    known->replicas =
        view_ != nullptr ? view_->replicas(known->keyspace) : std::make_shared<const protocol::replica_map>();
  common_.keyspace = keyspace(own);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_STATEMENT_ROUTES_IPP
