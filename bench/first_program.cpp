// SPDX-License-Identifier: MIT
// The first program of the README: what a small user of the library compiles. Only its size is measured.
#include <chrono>
#include <cstdio>

#include "coodie.hpp"

using coodie::col;
using namespace std::chrono_literals;
namespace db = coodie::sync;

namespace {

struct blog_post {
  coodie::uuid blog_id;
  coodie::timestamp published_at;
  std::string title;
  std::string body{};
  std::optional<std::string> author{};
  std::int32_t views = 0;

  using table = coodie::table<"blog_posts", coodie::partition_key<&blog_post::blog_id>,
                              coodie::clustering_key<&blog_post::published_at, coodie::desc>,
                              coodie::indexed<&blog_post::author>>;
};

}  // namespace

int main() {
  db::init_coodie({.hosts = {"127.0.0.1"}, .keyspace = "my_ks"});
  db::sync_table<blog_post>();

  blog_post post{.blog_id = coodie::uuid::random(), .published_at = coodie::now(), .title = "Hello"};
  db::save(post, {.ttl = 24h, .consistency = coodie::consistency::local_quorum});

  const auto same = db::get<blog_post>(post.blog_id, post.published_at);
  const auto recent = db::find<blog_post>(col<&blog_post::blog_id> == post.blog_id)
                          .filter(col<&blog_post::published_at> >= coodie::now() - 24h)
                          .limit(10)
                          .all();
  // clang-format off
  const auto result = db::update(post, col<&blog_post::views> = 1, coodie::only_if(col<&blog_post::views> == 0));
  // clang-format on
  std::printf("%s: %zu posts, %s\n", same.title.c_str(), recent.size(),
              result.applied ? "applied" : "not applied");
}
