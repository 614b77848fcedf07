// SPDX-License-Identifier: MIT
// A text for a number.
// expect: coodie: the value does not have the type of the column
// expect: post::views
#include "coodie.hpp"

using coodie::col;

struct post {
  coodie::uuid id{};
  coodie::timestamp at{};
  std::int32_t part = 0;
  std::string title{};
  std::optional<std::string> author{};
  std::int32_t views = 0;
  float score = 0;
  std::vector<std::string> tags{};

  using table = coodie::table<"posts", coodie::partition_key<&post::id>,
                              coodie::clustering_key<&post::at, coodie::desc, &post::part>,
                              coodie::indexed<&post::author>>;
};

void f(const post& p) {
  static_cast<void>(p);
  static_cast<void>(col<&post::views> == "many");
}
