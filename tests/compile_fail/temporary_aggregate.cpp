// SPDX-License-Identifier: MIT
// A temporary object in co_await.
// expect: coodie: name the object first
// skip-clang: only g++ before 14 destroys a temporary in co_await twice
#define COODIE_AIO
#include "coodie.hpp"

namespace db = coodie::aio;

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

asio::awaitable<void> f() { co_await db::save(post{.title = "temporary"}); }
