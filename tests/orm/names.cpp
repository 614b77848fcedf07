// SPDX-License-Identifier: MIT
// sync and aio have the same names, take the same arguments and give the same results: each line of the table is
// compiled in both.
#include "orm/coodie_all.hpp"
#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::only_if;

struct brief {
  std::int32_t views = 0;
};

struct handler {
  template <class... Result>
  void operator()(coodie::error_code, Result&&...) const {}
};

template <class Sync, class Aio>
constexpr void compare(Sync in_sync, Aio in_aio) {
  using coodie::diagnostics;
  using coodie::error_code;
  using result = std::invoke_result_t<Sync>;
  static_assert(std::is_same_v<std::invoke_result_t<Sync, error_code&, diagnostics&>, result>);
  static_assert(std::is_same_v<std::invoke_result_t<Aio>, asio::awaitable<result>>);
  static_assert(std::is_void_v<std::invoke_result_t<Aio, handler>>);
  static_assert(std::is_void_v<std::invoke_result_t<Aio, diagnostics&, handler>>);
  static_assert(std::is_same_v<std::invoke_result_t<Aio, diagnostics&>, asio::awaitable<result>>);
  static_cast<void>(in_sync);
  static_cast<void>(in_aio);
}

// NAME and arguments; behind them in sync nothing or error_code&, diagnostics&; in aio nothing, diagnostics&, a token,
// or both.
#define SAME(NAME, ...)                                                                                      \
  compare(                                                                                                   \
      [&]<class... Tail>(Tail&&... tail) {                                                                   \
        return coodie::sync::NAME(__VA_ARGS__ __VA_OPT__(, ) std::forward<Tail>(tail)...);                   \
      },                                                                                                     \
      [&]<class... Tail>(Tail&&... tail) {                                                                   \
        return coodie::aio::NAME(__VA_ARGS__ __VA_OPT__(, ) std::forward<Tail>(tail)...);                    \
      })

}  // namespace

TEST_CASE("sync and aio are the same but for the waiting", "[orm]") {
  const blog_post post;
  const reading r;
  const page_views views;
  const coodie::batch batch;
  const coodie::uuid id;
  const coodie::timestamp at;

  SAME(save, post);
  SAME(save, post, {.ttl = 24h, .consistency = coodie::consistency::one, .nulls = coodie::nulls::unset});
  SAME(insert, post);
  SAME(insert, post, {.ttl = 1s, .serial_consistency = coodie::consistency::serial});

  SAME(get<blog_post>, id, at);
  SAME(get<blog_post>, id, at, {.timeout = 1s});
  SAME(get<blog_post>, col<&blog_post::author> == "Ada");
  SAME(get<blog_post>, col<&blog_post::author> == "Ada", {.page_size = 2});
  SAME(find_one<blog_post>, id, at);
  SAME(find_one<blog_post>, id, at, {.driver = "other"});
  SAME(find_one<blog_post>, col<&blog_post::author> == "Ada");
  SAME(find_one<post_view>, id, at);

  SAME(find<blog_post>().all);
  SAME(find<blog_post>({.page_size = 3}).all);
  SAME(find<blog_post>(col<&blog_post::blog_id> == id).all);
  SAME(find<blog_post>(col<&blog_post::blog_id> == id, {.timeout = 1s}).first);
  SAME(find<post_view>(col<&post_view::blog_id> == id).all);
  SAME(find<post_view>(col<&post_view::blog_id> == id).first);
  SAME(find<blog_post>(col<&blog_post::blog_id> == id)
           .filter(col<&blog_post::published_at> > at)
           .order_by(col<&blog_post::published_at>, coodie::asc)
           .limit(3)
           .per_partition_limit(2)
           .page_size(1)
           .allow_filtering()
           .template as<brief>()
           .all);
  SAME(find<blog_post>().count);
  SAME(find<blog_post>(col<&blog_post::blog_id> == id).remove_all);
  SAME(find<blog_post>(col<&blog_post::blog_id> == id).remove_all, {.timestamp = coodie::now()});
  SAME(find<blog_post>().pages().next);
  SAME(find<post_view>().pages().next);
  SAME(find<blog_post>({.prefetch = false}).stream().next);
  SAME(find<post_view>().stream().next);

  SAME(update, post, col<&blog_post::views> = 1);
  SAME(update, post, {.ttl = 1s}, col<&blog_post::views> = 1, col<&blog_post::title> = "x");
  SAME(update, post, col<&blog_post::views> = 1, coodie::update_options{.ttl = 1s});
  SAME(update, post, col<&blog_post::views> = 1, coodie::if_exists);
  SAME(update, post, col<&blog_post::views> = 1, only_if(col<&blog_post::views> == 0));
  SAME(update, views, col<&page_views::views> += 1);
  SAME(update, r, col<&reading::notes> += std::vector<std::string>{"n"});
  SAME(remove, post);
  SAME(remove, post, {.timestamp = coodie::now()});
  SAME(remove, post, coodie::if_exists);
  SAME(remove, post, only_if(col<&blog_post::views> == 0), {.timeout = 1s});

  SAME(apply, batch);
  SAME(apply, batch, {.timestamp = coodie::now()});
  SAME(apply<blog_post>, batch);
  SAME(apply<blog_post>, batch, {.timeout = 1s});

  SAME(get_trace, id);
  SAME(get_trace, id, {.wait = 1s, .consistency = coodie::consistency::quorum});
  SAME(sync_table<blog_post>);
  SAME(sync_table<blog_post>, {.dry_run = true});
  SAME(drop_table<blog_post>);
  SAME(drop_table<blog_post>, {.keyspace = "ks"});
  SAME(truncate<blog_post>);
  SAME(truncate<blog_post>, {.timeout = 1s});
  SAME(create_keyspace, "ks");
  SAME(create_keyspace, "ks", {.datacenters = {{{"dc1", 3}, {"dc2", 2}}}});
  SAME(drop_keyspace, "ks");
  SAME(drop_keyspace, "ks", {.timeout = 1s});
  SUCCEED("it compiles");
}
