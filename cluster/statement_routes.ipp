// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_STATEMENT_ROUTES_IPP
#define COODIE_CLUSTER_STATEMENT_ROUTES_IPP

#include <algorithm>
#include <tuple>

#include "cluster/statement_routes.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

const tablet* tablet_map::find(std::int64_t token) const noexcept {
  const auto found = std::lower_bound(tablets_.begin(), tablets_.end(), token,
                                      [](const tablet& t, std::int64_t sought) { return t.last < sought; });
  return found != tablets_.end() && found->before < token ? &*found : nullptr;
}

void tablet_map::learn(tablet told) {
  if (told.before >= told.last) return;
  std::erase_if(tablets_, [&](const tablet& t) { return t.before < told.last && told.before < t.last; });
  const auto place = std::lower_bound(tablets_.begin(), tablets_.end(), told.last,
                                      [](const tablet& t, std::int64_t last) { return t.last < last; });
  tablets_.insert(place, std::move(told));
}

std::optional<tablet> read_tablet(std::span<const std::byte> value) {
  using replica_list = std::vector<std::tuple<uuid, std::int32_t>>;
  std::tuple<std::int64_t, std::int64_t, replica_list> told;
  const protocol::bytes_view view{value.data(), static_cast<std::int32_t>(value.size())};
  if (protocol::get_value(view, told) != errc::ok) return std::nullopt;
  tablet made{std::get<0>(told), std::get<1>(told), {}};
  for (const auto& [host_id, shard] : std::get<2>(told)) made.replicas.push_back({host_id, shard});
  return made;
}

const keyspace_route* statement_routes::keyspace(std::string_view name) {
  for (const auto& known : keyspaces_)
    if (known->keyspace == name) return known.get();
  auto& made = *keyspaces_.emplace_back(std::make_unique<keyspace_route>());
  made.keyspace = name;
  made.replicas = view_ != nullptr ? view_->replicas(name) : std::make_shared<const protocol::replica_map>();
  return &made;
}

table_route* statement_routes::table(std::string_view keyspace, std::string_view name) {
  for (const auto& known : tables_)
    if (known->keyspace == keyspace && known->table == name) return known.get();
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
  const std::string_view name = !columns.empty() ? columns[0].keyspace : std::string_view();
  route.keyspace = name.empty() ? common_.keyspace : keyspace(name);
  if (!columns.empty()) route.table = table(name, columns[0].table);
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
