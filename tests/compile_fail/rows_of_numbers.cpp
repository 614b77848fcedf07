// SPDX-License-Identifier: MIT
// Rows of a result as something that is no struct.
// expect: coodie: rows<T>() and one<T>() fill structs
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

auto f(const coodie::result& found) { return found.rows<std::int32_t>(); }
