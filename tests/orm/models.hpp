// SPDX-License-Identifier: MIT
// The structs that the tests of the ORM use.
#ifndef COODIE_TESTS_ORM_MODELS_HPP
#define COODIE_TESTS_ORM_MODELS_HPP

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "orm/model_all.hpp"

namespace orm_tests {

/// The program of the README.
struct blog_post {
  coodie::uuid blog_id = {};
  coodie::timestamp published_at = {};
  std::string title = {};
  std::string body = {};
  std::optional<std::string> author = {};
  std::int32_t views = 0;

  using table = coodie::table<"blog_posts", coodie::partition_key<&blog_post::blog_id>,
                              coodie::clustering_key<&blog_post::published_at, coodie::desc>,
                              coodie::indexed<&blog_post::author>>;
  friend bool operator==(const blog_post&, const blog_post&) = default;
};

/// A composite partition key, two clustering columns, a static column, two indexes, collections.
struct reading {
  std::string sensor = {};
  std::int32_t year = 0;
  std::int32_t day = 0;
  std::int32_t hour = 0;
  std::optional<std::string> place = {};  // static
  double value = 0;
  std::optional<std::int32_t> quality = {};
  std::optional<std::int32_t> batch_number = {};
  std::vector<std::string> notes = {};
  std::set<std::int32_t> flags = {};
  std::map<std::string, std::int64_t> extra = {};

  using table = coodie::table<"readings", coodie::partition_key<&reading::sensor, &reading::year>,
                              coodie::clustering_key<&reading::day, coodie::desc, &reading::hour>,
                              coodie::static_column<&reading::place>,
                              coodie::indexed<&reading::quality, &reading::batch_number>>;
  friend bool operator==(const reading&, const reading&) = default;
};

struct page_views {
  std::string url = {};
  coodie::counter views = {};
  coodie::counter clicks = {};

  using table = coodie::table<"page_views", coodie::partition_key<&page_views::url>>;
};

/// Names that have to be quoted.
struct quoted {
  std::int32_t id = 0;
  std::string order = {};
  std::string strange = {};
  std::optional<std::string> Capital = {};

  using table = coodie::table<"Mixed", coodie::partition_key<&quoted::id>,
                              coodie::column<&quoted::strange, "a \"quoted\" name">>;
  friend bool operator==(const quoted&, const quoted&) = default;
};

enum class color : std::int16_t { red = 1, green = 2 };

/// A column of every type that C++ has one for.
struct every_type {
  coodie::uuid id = {};
  std::optional<coodie::ascii> a_ascii = {};
  std::optional<std::int64_t> a_bigint = {};
  std::optional<coodie::blob> a_blob = {};
  std::optional<bool> a_boolean = {};
  std::optional<coodie::date> a_date = {};
  std::optional<coodie::decimal> a_decimal = {};
  std::optional<double> a_double = {};
  std::optional<coodie::duration> a_duration = {};
  std::optional<float> a_float = {};
  std::optional<coodie::inet> a_inet = {};
  std::optional<std::int32_t> a_int = {};
  std::optional<std::int16_t> a_smallint = {};
  std::optional<std::string> a_text = {};
  std::optional<coodie::time> a_time = {};
  std::optional<coodie::timestamp> a_timestamp = {};
  std::optional<coodie::timeuuid> a_timeuuid = {};
  std::optional<std::int8_t> a_tinyint = {};
  std::optional<coodie::varint> a_varint = {};
  std::optional<color> an_enum = {};
  std::vector<std::vector<std::string>> a_list = {};
  std::set<std::string> a_set = {};
  std::unordered_set<std::int32_t> an_unordered_set = {};
  std::map<std::string, std::set<std::int32_t>> a_map = {};
  std::unordered_map<std::int32_t, std::string> an_unordered_map = {};
  std::optional<std::tuple<std::int32_t, std::string>> a_tuple = {};
  std::optional<std::pair<std::string, std::vector<std::int32_t>>> a_pair = {};
  std::optional<std::array<float, 3>> a_vector = {};
  std::optional<std::vector<std::int32_t>> an_optional_list = {};

  using table = coodie::table<"every_type", coodie::partition_key<&every_type::id>>;
  friend bool operator==(const every_type&, const every_type&) = default;
};

/// A struct of somebody else.
struct point {
  std::int32_t x = 0, y = 0;
  std::string label = {};
};

/// Members of a base class, a constructor, and a member that is no column.
struct identified {
  coodie::uuid id = {};
};
class account : public identified {
 public:
  account() = default;
  explicit account(std::string name) : owner(std::move(name)) {}
  std::string owner;
  std::int64_t cents = 0;
  void* cache = nullptr;

  using table =
      coodie::table<"accounts", coodie::columns<&account::id, &account::owner, &account::cents>,
                    coodie::partition_key<&account::id>, coodie::keyspace<"bank">, coodie::driver<"ledger">>;
};

/// Rows that borrow from the answer.
struct post_view {
  coodie::uuid blog_id = {};
  coodie::timestamp published_at = {};
  std::string_view title = {};
  std::string_view body = {};
  std::optional<std::string_view> author = {};
  std::int32_t views = 0;

  using table = coodie::table<"blog_posts", coodie::partition_key<&post_view::blog_id>,
                              coodie::clustering_key<&post_view::published_at, coodie::desc>,
                              coodie::indexed<&post_view::author>>;
};

}  // namespace orm_tests

template <>
struct coodie::table_of<orm_tests::point>
    : coodie::table<"points", coodie::partition_key<&orm_tests::point::x>,
                    coodie::clustering_key<&orm_tests::point::y>> {};

#endif  // COODIE_TESTS_ORM_MODELS_HPP
