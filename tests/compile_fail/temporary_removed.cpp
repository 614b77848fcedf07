// SPDX-License-Identifier: MIT
// A temporary object in co_await, with options in braces.
// expect: coodie: name the object first
// skip-clang: only g++ before 14 destroys a temporary in co_await twice
#define COODIE_AIO
#include "coodie.hpp"

namespace db = coodie::aio;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

asio::awaitable<void> f() {
  co_await db::remove(post{.title = "temporary"}, coodie::if_exists, {.timeout = std::chrono::seconds(1)});
}
