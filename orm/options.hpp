// SPDX-License-Identifier: MIT
// The options of each operation. All are aggregates for designated initialisers, and trivially copyable.
#ifndef COODIE_ORM_OPTIONS_HPP
#define COODIE_ORM_OPTIONS_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "protocol/config.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI {

/// When a row expires after a write: 0 (never, also where the table has a default) to 630720000 s (20 years).
using ttl_option = std::optional<std::chrono::seconds>;
/// The time of a write, which decides which of two writes to a column wins. Without one: the driver's clock.
using timestamp_option = std::optional<std::chrono::sys_time<std::chrono::microseconds>>;
/// How many replicas answer. Without one: the driver's default.
using consistency_option = std::optional<coodie::consistency>;

// g++ 12 takes an enumerator of a scoped enum for a declaration that shadows coodie::unset.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
/// What save() writes for an empty std::optional.
enum class nulls : std::uint8_t {
  write,  ///< a null, which deletes what the column held
  unset,  ///< nothing: the column stays as it is, and there is no tombstone
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

/// Options of get, find_one and find.
struct read_options {
  consistency_option consistency{};
  std::int32_t page_size = 0;  ///< rows a page; 0: the driver's default (5000)
  /// Of pages() and stream(): the next page is asked for before the rows of this one are handed out. Without:
  /// stream() does, because it will need it; pages() does not.
  std::optional<bool> prefetch{};
  std::chrono::milliseconds timeout{};  ///< of the whole request (of each page); 0: the driver's default
  std::string_view profile{};           ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};            ///< name of a registered driver; empty: the table's, else the default
  bool tracing = false;                 ///< the server traces the request: diagnostics::tracing_id()
};

/// Options of save.
struct save_options {
  ttl_option ttl{};
  timestamp_option timestamp{};
  consistency_option consistency{};
  coodie::nulls nulls = coodie::nulls::write;
  std::chrono::milliseconds timeout{};  ///< 0: the driver's default
  std::string_view profile{};           ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};            ///< name of a registered driver; empty: the table's, else the default
  bool tracing = false;                 ///< the server traces the request: diagnostics::tracing_id()
};

/// Options of insert. It is conditional, so that a timestamp of the caller is impossible.
struct insert_options {
  ttl_option ttl{};
  consistency_option consistency{};
  consistency_option serial_consistency{};  ///< serial or local_serial; without: local_serial
  std::chrono::milliseconds timeout{};      ///< 0: the driver's default
  std::string_view profile{};               ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};  ///< name of a registered driver; empty: the table's, else the default
  bool tracing = false;       ///< the server traces the request: diagnostics::tracing_id()
};

/// Options of update. With only_if or if_exists a timestamp is errc::invalid_query.
struct update_options {
  ttl_option ttl{};
  timestamp_option timestamp{};
  consistency_option consistency{};
  consistency_option serial_consistency{};  ///< serial or local_serial; without: local_serial
  std::chrono::milliseconds timeout{};      ///< 0: the driver's default
  std::string_view profile{};               ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};  ///< name of a registered driver; empty: the table's, else the default
  bool tracing = false;       ///< the server traces the request: diagnostics::tracing_id()
};

/// Options of remove and remove_all. With only_if or if_exists a timestamp is errc::invalid_query.
struct remove_options {
  timestamp_option timestamp{};
  consistency_option consistency{};
  consistency_option serial_consistency{};  ///< serial or local_serial; without: local_serial
  std::chrono::milliseconds timeout{};      ///< 0: the driver's default
  std::string_view profile{};               ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};  ///< name of a registered driver; empty: the table's, else the default
  bool tracing = false;       ///< the server traces the request: diagnostics::tracing_id()
};

/// How the members of an unlogged batch, or of one of counters, are spread over several requests, which
/// follow one another. By itself a batch is one request. Logged batches and conditional ones can't be split:
/// all or nothing is what they are for.
struct batch_chunk {
  std::uint32_t members = 0;  ///< of a request at most; 0: no limit but the protocol's, 65535
  std::uint32_t bytes = 0;  ///< of the values of a request at most, but never less than a member; 0: no limit
  bool by_partition = false;  ///< the members of a request are of one partition
};

/// Options of a batch as a whole. With a conditional member a timestamp is errc::invalid_query.
struct batch_options {
  timestamp_option timestamp{};
  consistency_option consistency{};
  consistency_option serial_consistency{};  ///< serial or local_serial; without: local_serial
  std::chrono::milliseconds timeout{};      ///< 0: the driver's default
  batch_chunk chunk{};                      ///< whether it is sent in parts; without: as one request
  std::uint32_t size_limit = 0;  ///< bytes of the values of one request; more is refused unsent; 0: none
  std::string_view profile{};    ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};  ///< name of a registered driver; empty: the members' tables', else the default
  bool tracing = false;       ///< the server traces the request: diagnostics::tracing_id()
};

/// Options of sync_table.
struct sync_table_options {
  std::string_view keyspace{};          ///< empty: the table's, else the driver's
  bool dry_run = false;                 ///< only tell the statements, change nothing
  std::chrono::milliseconds timeout{};  ///< of each statement; 0: the driver's default
  std::chrono::milliseconds agreement_timeout{
      30'000};                ///< how long the nodes may take to agree on the schema; 0: nobody waits
  std::string_view driver{};  ///< name of a registered driver; empty: the table's, else the default
};

/// Options of drop_table and truncate.
struct schema_options {
  std::string_view keyspace{};          ///< empty: the table's, else the driver's
  std::chrono::milliseconds timeout{};  ///< of the statement; 0: the driver's default
  std::chrono::milliseconds agreement_timeout{
      30'000};                ///< how long the nodes may take to agree on the schema; 0: nobody waits
  std::string_view driver{};  ///< name of a registered driver; empty: the table's, else the default
};

enum class replication_strategy : std::uint8_t {
  network_topology,  ///< copies in each datacenter
  simple,            ///< copies on the next nodes of the ring, whatever their datacenter; for tests
};

/// How many copies a datacenter holds.
struct datacenter_replicas {
  std::string_view datacenter{};
  std::int32_t replicas = 0;
};

/// Options of create_keyspace and drop_keyspace.
struct keyspace_options {
  std::int32_t replication_factor = 1;  ///< copies, in each datacenter; not used when `datacenters` has any
  /// `.datacenters = {{{"dc1", 3}, {"dc2", 2}}}`; the first without a name ends the list.
  std::array<datacenter_replicas, 16> datacenters{};
  replication_strategy strategy = replication_strategy::network_topology;
  bool durable_writes = true;           ///< through the commit log
  std::chrono::milliseconds timeout{};  ///< of each statement; 0: the driver's default
  std::chrono::milliseconds agreement_timeout{
      30'000};                ///< how long the nodes may take to agree on the schema; 0: nobody waits
  std::string_view driver{};  ///< name of a registered driver; empty: the default
};

namespace detail {

template <class... Options>
inline constexpr bool all_trivially_copyable = (std::is_trivially_copyable_v<Options> && ...);
static_assert(
    all_trivially_copyable<read_options, save_options, insert_options, update_options, remove_options,
                           batch_options, sync_table_options, schema_options, keyspace_options>,
    "a temporary of another kind inside co_await breaks g++ 12");

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_OPTIONS_HPP
