// SPDX-License-Identifier: MIT
// What a struct says about its table: table<> and the marks that stand in it.
#ifndef COODIE_ORM_MARKS_HPP
#define COODIE_ORM_MARKS_HPP

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "orm/member_name.hpp"
#include "protocol/bytes/fixed_string.hpp"
#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

/// Order of a clustering column in its partition, and of the rows that a query returns.
struct asc_t {};
struct desc_t {};
inline constexpr asc_t asc{};
inline constexpr desc_t desc{};

/// Describes the table of a struct, as a member of it:
///
///     using table = coodie::table<"blog_posts",
///         coodie::partition_key<&BlogPost::blog_id>,
///         coodie::clustering_key<&BlogPost::published_at, coodie::desc>,
///         coodie::indexed<&BlogPost::author>>;
///
/// or, for a struct that can't be changed:
///
///     template <> struct coodie::table_of<point> : coodie::table<"points",
///     coodie::partition_key<&point::id>> {};
///
/// Every member is a column of its own name, in the order of declaration. The name of the table has at most
/// 48 letters, digits and underscores; capitals count, because it is quoted when it has to be.
template <fixed_string Name, class... Marks>
struct table {};

/// Specialise it for a struct that has no member `table` of its own.
template <class T>
struct table_of {};

/// The partition key: which node a row is on. Several members, or several marks, make a composite key, in
/// that order.
template <auto... Members>
struct partition_key {
  template <class Builder>
  static consteval void apply(Builder& table) {
    (table.template add_partition_key<Members>(), ...);
  }
};

/// The clustering key: the order of the rows in their partition. Each member may be followed by coodie::asc
/// or coodie::desc: `clustering_key<&T::day, coodie::desc, &T::id>`.
template <auto... MembersAndOrders>
struct clustering_key {
  template <class Builder>
  static consteval void apply(Builder& table) {
    (apply_one<MembersAndOrders>(table), ...);
  }

 private:
  template <auto Each, class Builder>
  static consteval void apply_one(Builder& table) {
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(Each)>, desc_t>)
      table.order_last_clustering_key(true);
    else if constexpr (std::is_same_v<std::remove_cv_t<decltype(Each)>, asc_t>)
      table.order_last_clustering_key(false);
    else
      table.template add_clustering_key<Each>();
  }
};

/// Columns with one value for the whole partition. A partition that holds nothing else is found as one row:
/// its partition key and static columns, and all other members as in T{}.
template <auto... Members>
struct static_column {
  template <class Builder>
  static consteval void apply(Builder& table) {
    (table.template add_static<Members>(), ...);
  }
};

/// A secondary index on each of the columns, named `<table>_<column>_idx`: they may be asked for by `==`
/// without the partition key.
template <auto... Members>
struct indexed {
  template <class Builder>
  static consteval void apply(Builder& table) {
    (table.template add_index<Members>(std::string_view()), ...);
  }
};
/// The same with a name of its own.
template <auto Member, fixed_string Name>
struct named_index {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.template add_index<Member>(Name.view());
  }
};

/// The column has another name than the member.
template <auto Member, fixed_string Name>
struct column {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.template rename<Member>(Name.view());
  }
};

/// Lists the columns, in their order, in place of reflection: for structs with base classes, with
/// constructors, with more than 64 members, or with members that are no columns.
template <auto... Members>
struct columns {
  template <class Builder>
  static consteval void apply(Builder&) {}
};

/// The table is in this keyspace, whatever the driver's own is.
template <fixed_string Name>
struct keyspace {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.set_keyspace(Name.view());
  }
};

/// Operations on the table use the driver of this name unless the call names another.
template <fixed_string Name>
struct driver {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.set_driver(Name.view());
  }
};

/// Options of the table: `with<default_ttl<86400>, comment<"posts">>`.
template <class... Options>
struct with {
  template <class Builder>
  static consteval void apply(Builder& table) {
    (Options::apply(table), ...);
  }
};

/// Rows live so many seconds unless a write says otherwise. 1 to 630720000 (20 years).
template <std::int64_t Seconds>
struct default_ttl {
  static_assert(Seconds > 0 && Seconds <= 630720000,
                "coodie: default_ttl takes 1 to 630720000 seconds (20 years)");
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.add_option("default_time_to_live", fixed_decimal_of<Seconds>.view(), false);
  }

 private:
  template <std::int64_t Number>
  static constexpr auto fixed_decimal_of = fixed_decimal<static_cast<std::size_t>(Number)>();
};

/// How long tombstones are kept, in seconds.
template <std::int64_t Seconds>
struct gc_grace {
  static_assert(Seconds >= 0 && Seconds <= 2147483647, "coodie: gc_grace takes 0 to 2147483647 seconds");
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.add_option("gc_grace_seconds", fixed_decimal_of<Seconds>.view(), false);
  }

 private:
  template <std::int64_t Number>
  static constexpr auto fixed_decimal_of = fixed_decimal<static_cast<std::size_t>(Number)>();
};

/// The table's comment.
template <fixed_string Text>
struct comment {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.add_option("comment", Text.view(), true);
  }
};

/// Any other option, with its value as CQL: `option<"compaction", "{'class': 'LeveledCompactionStrategy'}">`.
template <fixed_string Name, fixed_string Value>
struct option {
  template <class Builder>
  static consteval void apply(Builder& table) {
    table.add_option(Name.view(), Value.view(), false);
  }
};

namespace detail {

/// Takes table<> apart; for a type that is derived from it too.
template <fixed_string Name, class... Marks>
struct table_marks {
  static constexpr std::string_view name = Name.view();
};
template <fixed_string Name, class... Marks>
table_marks<Name, Marks...> marks_of(const table<Name, Marks...>*);
void marks_of(const void*);

template <class T>
struct find_table {
  using type = table_of<T>;
};
template <class T>
  requires requires { typename T::table; }
struct find_table<T> {
  using type = typename T::table;
};

/// table_marks<...> of T, or void when nothing describes a table for T.
template <class T>
using table_marks_of = decltype(marks_of(static_cast<const typename find_table<T>::type*>(nullptr)));
template <class T>
inline constexpr bool is_table = !std::is_void_v<table_marks_of<T>>;

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_MARKS_HPP
