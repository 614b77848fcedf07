// SPDX-License-Identifier: MIT
// A table as a constant: its columns in order, its key, its options, and what is wrong with the description.
#ifndef COODIE_ORM_TABLE_INFO_HPP
#define COODIE_ORM_TABLE_INFO_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orm/faults.hpp"
#include "orm/member_name.hpp"
#include "protocol/config.hpp"
#include "protocol/values/cql_identifier.hpp"

namespace coodie::inline COODIE_ABI {

/// What a column is in its table.
enum class column_kind : std::uint8_t { regular, partition_key, clustering_key, static_column };

namespace detail {

/// What the C++ type of a column says about it.
struct column_type_info {
  std::string_view cql;  ///< as in CREATE TABLE
  bool optional = false, collection = false, counter = false, duration = false;
};

struct model_column {
  std::string_view name;    ///< on the server, unquoted
  bool quoted = false;      ///< the name has to be quoted in CQL
  std::string_view member;  ///< in C++
  column_type_info type;
  column_kind kind = column_kind::regular;
  std::uint8_t position = 0;  ///< of a key column within its part of the key
  bool descending = false;
  bool indexed = false;
  std::string_view index_name;  ///< empty: <table>_<column>_idx

  [[nodiscard]] constexpr bool is_key() const noexcept {
    return kind == column_kind::partition_key || kind == column_kind::clustering_key;
  }
};

struct table_option {
  std::string_view name, value;
  bool text = false;  ///< the value is a string, not yet quoted
};

inline constexpr std::size_t max_table_options = 16;
inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

/// The part of a table's description that does not depend on its number of columns.
struct table_header {
  std::string_view name, keyspace, driver;
  std::array<table_option, max_table_options> options{};
  std::size_t option_count = 0, partition_size = 0, clustering_size = 0;
  bool counters = false;            ///< has a counter column
  bool name_quoted = false;         ///< the table's name has to be quoted in CQL
  bool keyspace_quoted = false;     ///< the keyspace's name has to be quoted in CQL
  fault problem = fault::none;      ///< what is wrong with the description
  std::size_t culprit = no_column;  ///< index of the column that the problem is about
};

template <std::size_t N>
struct table_info : table_header {
  std::array<model_column, N> columns{};
  std::array<std::uint16_t, N> key{};  ///< indices of the key columns: partition key, then clustering key

  [[nodiscard]] constexpr std::size_t key_size() const noexcept { return partition_size + clustering_size; }
};

[[nodiscard]] constexpr bool is_table_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > 48) return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return true;
}

/// Takes the marks of T one after the other, then checks the whole. The first problem is kept.
template <class T, std::size_t N>
class table_builder {
 public:
  consteval table_builder(std::string_view name, const std::array<std::string_view, N>& members,
                          const std::array<column_type_info, N>& types) noexcept {
    info_.name = name;
    for (std::size_t i = 0; i < N; ++i) {
      info_.columns[i].name = info_.columns[i].member = members[i];
      info_.columns[i].type = types[i];
    }
  }

  template <auto Member>
  consteval void add_partition_key() noexcept {
    add_key(index_of<Member>(), column_kind::partition_key, info_.partition_size);
  }
  template <auto Member>
  consteval void add_clustering_key() noexcept {
    last_clustering_ = index_of<Member>();
    add_key(last_clustering_, column_kind::clustering_key, info_.clustering_size);
  }
  consteval void order_last_clustering_key(bool descending) noexcept {
    if (last_clustering_ == no_column) return fail(fault::order_without_column, no_column);
    info_.columns[last_clustering_].descending = descending;
    last_clustering_ = no_column;
  }
  template <auto Member>
  consteval void add_static() noexcept {
    const std::size_t i = index_of<Member>();
    if (i == no_column) return;
    if (info_.columns[i].kind == column_kind::static_column) return fail(fault::static_twice, i);
    if (info_.columns[i].kind != column_kind::regular) return fail(fault::static_key, i);
    info_.columns[i].kind = column_kind::static_column;
  }
  template <auto Member>
  consteval void add_index(std::string_view name) noexcept {
    const std::size_t i = index_of<Member>();
    if (i == no_column) return;
    if (info_.columns[i].indexed) return fail(fault::indexed_twice, i);
    info_.columns[i].indexed = true;
    info_.columns[i].index_name = name;
  }
  template <auto Member>
  consteval void rename(std::string_view name) noexcept {
    const std::size_t i = index_of<Member>();
    if (i == no_column) return;
    if (name.empty()) return fail(fault::empty_name, i);
    info_.columns[i].name = name;
  }
  consteval void set_keyspace(std::string_view name) noexcept {
    if (!is_table_name(name)) fail(fault::invalid_keyspace_name, no_column);
    info_.keyspace = name;
  }
  consteval void set_driver(std::string_view name) noexcept { info_.driver = name; }
  consteval void add_option(std::string_view name, std::string_view value, bool text) noexcept {
    if (info_.option_count == max_table_options) return fail(fault::too_many_options, no_column);
    info_.options[info_.option_count++] = {name, value, text};
  }

  [[nodiscard]] consteval table_info<N> finish() noexcept {
    if (!is_table_name(info_.name)) fail(fault::invalid_table_name, no_column);
    if (info_.partition_size == 0) fail(fault::no_partition_key, no_column);
    info_.name_quoted = needs_quotes(info_.name);
    info_.keyspace_quoted = needs_quotes(info_.keyspace);
    bool plain = false;
    for (std::size_t i = 0; i < N; ++i) {
      check_column(i);
      model_column& c = info_.columns[i];
      c.quoted = needs_quotes(c.name);
      info_.counters = info_.counters || c.type.counter;
      plain = plain || (!c.is_key() && !c.type.counter);
      if (c.is_key())
        info_.key[c.position + (c.kind == column_kind::clustering_key ? info_.partition_size : 0)] =
            static_cast<std::uint16_t>(i);
    }
    if (info_.counters && plain) fail(fault::counter_among_plain, first_plain());
    for (std::size_t i = 0; i < info_.option_count; ++i)
      if (info_.counters && info_.options[i].name == "default_time_to_live")
        fail(fault::counter_with_ttl, no_column);
    return info_;
  }

 private:
  template <auto Member>
  [[nodiscard]] consteval std::size_t index_of() noexcept {
    using traits = member_pointer_traits<std::remove_cv_t<decltype(Member)>>;
    if constexpr (!traits::is_member) {
      fail(fault::foreign_member, no_column);
    } else if constexpr (!std::is_base_of_v<typename traits::class_type, T>) {
      fail(fault::foreign_member, no_column);
    } else {
      for (std::size_t i = 0; i < N; ++i)
        if (info_.columns[i].member == member_name<Member>) return i;
      fail(fault::not_a_column, no_column);
    }
    return no_column;
  }
  consteval void add_key(std::size_t i, column_kind kind, std::size_t& size) noexcept {
    if (i == no_column) return;
    model_column& c = info_.columns[i];
    if (c.is_key()) return fail(fault::key_twice, i);
    if (c.kind == column_kind::static_column) return fail(fault::static_key, i);
    c.kind = kind;
    c.position = static_cast<std::uint8_t>(size++);
  }
  consteval void check_column(std::size_t i) noexcept {
    const model_column& c = info_.columns[i];
    if (c.is_key()) check_key(c, i);
    if (c.kind == column_kind::static_column && info_.clustering_size == 0)
      fail(fault::static_without_clustering, i);
    if (c.type.counter && c.type.optional) fail(fault::optional_counter, i);
    if (c.indexed && c.type.counter) fail(fault::indexed_counter, i);
    if (c.indexed && c.kind == column_kind::partition_key && info_.partition_size == 1)
      fail(fault::indexed_partition_key, i);
    for (std::size_t j = 0; j < i; ++j)
      if (info_.columns[j].name == c.name) fail(fault::same_name, i);
  }
  consteval void check_key(const model_column& c, std::size_t i) noexcept {
    if (c.type.optional) fail(fault::optional_key, i);
    if (c.type.collection) fail(fault::collection_key, i);
    if (c.type.duration) fail(fault::duration_key, i);
    if (c.type.counter) fail(fault::counter_key, i);
  }
  [[nodiscard]] consteval std::size_t first_plain() const noexcept {
    for (std::size_t i = 0; i < N; ++i)
      if (!info_.columns[i].is_key() && !info_.columns[i].type.counter) return i;
    return no_column;
  }
  consteval void fail(fault problem, std::size_t culprit) noexcept {
    if (info_.problem != fault::none) return;
    info_.problem = problem;
    info_.culprit = culprit;
  }

  table_info<N> info_;
  std::size_t last_clustering_ = no_column;
};

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_TABLE_INFO_HPP
