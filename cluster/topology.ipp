// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_TOPOLOGY_IPP
#define COODIE_CLUSTER_TOPOLOGY_IPP

#include <algorithm>
#include <set>

#include "cluster/topology.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {

/// Rows of a system table, their columns by name. Only for what is asked once.
class named_rows {
 public:
  [[nodiscard]] errc open(protocol::reader body) {
    if (const errc e = deserialize(body, message_); e != errc::ok) return e;
    return message_.kind == protocol::result_kind::rows ? errc::ok : errc::unexpected_message;
  }
  /// False behind the last row, or when the bytes end inside of one: then `error` says so.
  [[nodiscard]] bool next() {
    if (taken_++ == message_.rows.rows_count) return false;
    values_.clear();
    for (std::size_t i = 0; i < message_.rows.metadata.columns.size(); ++i)
      if (error = message_.rows.rows.read_bytes(values_.emplace_back()); error != errc::ok) return false;
    return true;
  }
  /// Nothing when there is no such column, it is null, or of another type.
  template <class T>
  [[nodiscard]] std::optional<T> get(std::string_view name) const {
    const auto& columns = message_.rows.metadata.columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name != name || values_[i].is_null() || !value_codec<T>::accepts(columns[i].type))
        continue;
      T value{};
      if (value_codec<T>::get(protocol::reader(values_[i].bytes()), value) == errc::ok) return value;
    }
    return std::nullopt;
  }

  errc error = errc::ok;

 private:
  protocol::result_message message_;
  std::uint32_t taken_ = 0;
  std::vector<protocol::bytes_view> values_;
};

[[nodiscard]] inline std::vector<std::int64_t> tokens_of(const named_rows& row) {
  std::vector<std::int64_t> tokens;
  for (const std::string& text : row.get<std::set<std::string>>("tokens").value_or(std::set<std::string>{})) {
    if (tokens.size() == most_tokens_of_node) break;
    if (const auto token = protocol::parse_token(text)) tokens.push_back(*token);
  }
  return tokens;
}

[[nodiscard]] inline std::optional<asio::ip::address> address_of(const named_rows& row,
                                                                 std::string_view name) {
  const auto found = row.get<inet>(name);
  if (!found) return std::nullopt;
  asio::error_code ec;
  const auto address = asio::ip::make_address(to_string(*found), ec);
  if (ec || address.is_unspecified()) return std::nullopt;
  return address;
}

inline void describe_node(const named_rows& row, node_info& info) {
  info.host_id = row.get<uuid>("host_id").value_or(uuid{});
  info.datacenter = row.get<std::string>("data_center").value_or("");
  info.rack = row.get<std::string>("rack").value_or("");
  info.tokens = tokens_of(row);
}

}  // namespace detail

errc read_local(protocol::reader body, const asio::ip::tcp::endpoint& asked, topology& into) {
  detail::named_rows rows;
  if (const errc e = rows.open(body); e != errc::ok) return e;
  if (!rows.next()) return rows.error != errc::ok ? rows.error : errc::unexpected_message;
  node_info info{.endpoint = asked};
  detail::describe_node(rows, info);
  std::erase_if(into.nodes, [&](const node_info& other) { return is_same_node(other, info); });
  into.nodes.insert(into.nodes.begin(), std::move(info));
  into.partitioner = rows.get<std::string>("partitioner").value_or("");
  return errc::ok;
}

std::optional<uuid> read_schema_version(protocol::reader body) {
  detail::named_rows rows;
  if (rows.open(body) != errc::ok || !rows.next()) return std::nullopt;
  return rows.get<uuid>("schema_version");
}

namespace detail {

/// The nodes that are known so far, by address and by host id.
class known_nodes {
 public:
  explicit known_nodes(const std::vector<node_info>& nodes) {
    for (const node_info& info : nodes) static_cast<void>(add(info));
  }
  /// False when it is known already.
  [[nodiscard]] bool add(const node_info& info) {
    const bool has_id = info.host_id != uuid{};
    if (addresses_.count(info.endpoint) != 0 || (has_id && host_ids_.count(info.host_id) != 0)) return false;
    addresses_.insert(info.endpoint);
    if (has_id) host_ids_.insert(info.host_id);
    return true;
  }

 private:
  std::set<asio::ip::tcp::endpoint> addresses_;
  std::set<uuid> host_ids_;
};

inline void note_oddity(topology& into, std::string what) {
  if (into.oddities.size() < most_oddities) into.oddities.push_back(std::move(what));
}

}  // namespace detail

errc read_peers(protocol::reader body, std::uint16_t port, topology& into) {
  detail::named_rows rows;
  if (const errc e = rows.open(body); e != errc::ok) return e;
  detail::known_nodes known(into.nodes);
  while (rows.next()) {
    if (into.nodes.size() >= most_nodes) {
      detail::note_oddity(into, "there are too many peers; the others are left out");
      return errc::ok;
    }
    auto address = detail::address_of(rows, "native_address");
    if (!address) address = detail::address_of(rows, "rpc_address");
    if (!address) address = detail::address_of(rows, "peer");
    const std::int32_t own_port = rows.get<std::int32_t>("native_port").value_or(port);
    if (!address || own_port <= 0 || own_port > 65535) {
      detail::note_oddity(into, "a peer without an address is left out");
      continue;
    }
    node_info info;
    detail::describe_node(rows, info);
    info.endpoint = {*address, static_cast<std::uint16_t>(own_port)};
    if (info.tokens.empty())
      detail::note_oddity(into, "the peer " + address->to_string() + " has no tokens and is left out");
    else if (!known.add(info))
      detail::note_oddity(into, "the peer " + address->to_string() + " is listed twice");
    else
      into.nodes.push_back(std::move(info));
  }
  return rows.error;
}

errc read_keyspaces(protocol::reader body, topology& into) {
  detail::named_rows rows;
  if (const errc e = rows.open(body); e != errc::ok) return e;
  while (rows.next()) {
    const auto name = rows.get<std::string>("keyspace_name");
    const auto how = rows.get<std::map<std::string, std::string>>("replication");
    if (name && how) into.keyspaces[*name] = protocol::replication::from(*how);
  }
  return rows.error;
}

namespace detail {
inline constexpr std::size_t most_maps = 64;  // ways of replication

[[nodiscard]] inline std::shared_ptr<const protocol::token_ring> make_ring(const topology& cluster) {
  std::vector<protocol::ring_node> places;
  std::vector<protocol::ring_entry> entries;
  for (const node_info& info : cluster.nodes) {
    const auto index = static_cast<std::uint16_t>(places.size());
    places.push_back({info.datacenter, info.rack});
    for (const std::int64_t token : info.tokens) entries.push_back({token, index});
  }
  return std::make_shared<protocol::token_ring>(std::move(places), std::move(entries));
}
}  // namespace detail

cluster_view::cluster_view(topology found) : found_(std::move(found)) {
  if (found_.murmur3()) ring_ = detail::make_ring(found_);
}

std::shared_ptr<const protocol::replica_map> cluster_view::replicas(std::string_view keyspace) const {
  static const auto nobody = std::make_shared<const protocol::replica_map>();
  if (ring_ == nullptr) return nobody;
  protocol::replication how;
  if (const auto known = found_.keyspaces.find(std::string(keyspace)); known != found_.keyspaces.end())
    how = known->second;
  if (how.strategy == protocol::replication_strategy::unknown)
    how = {.strategy = protocol::replication_strategy::simple, .factor = 1, .datacenters = {}};
  const std::lock_guard lock(mutex_);
  for (const auto& [other, map] : maps_)
    if (other == how) return map;
  if (maps_.size() == detail::most_maps) return nobody;
  maps_.emplace_back(how, std::make_shared<const protocol::replica_map>(ring_, how));
  return maps_.back().second;
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TOPOLOGY_IPP
