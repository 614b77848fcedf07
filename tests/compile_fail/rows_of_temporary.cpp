// SPDX-License-Identifier: MIT
// Rows that point into a result that is gone.
// expect: coodie: these rows point into the result that they come from
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

struct view {
  std::string_view title{};
};
auto f(coodie::abstract_driver& driver) { return driver.execute("SELECT title FROM posts").rows<view>(); }
