// SPDX-License-Identifier: MIT
// The whole client's fuzzer: the same program with coroutines, on an event loop of its own.
#ifndef COODIE_FUZZ_CLIENT_ASYNC_HPP
#define COODIE_FUZZ_CLIENT_ASYNC_HPP

#include "fuzz/client_world.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <exception>
#include <utility>

namespace client_fuzzing {

class async_client_program : private client_program {
 public:
  using client_program::client_program;

  /// What went wrong; empty: nothing.
  std::string run() {
    asio::io_context context;
    bool ended = false;
    asio::co_spawn(context, all(), [&](std::exception_ptr thrown) {
      demand(thrown == nullptr, "nothing else than coodie::error comes");
      ended = true;
    });
    context.run_for(choices_.patience * 200 + slack);
    demand(ended && context.stopped(), "the program ends in time, and leaves nothing to wait for");
    return trouble_;
  }

 private:
  /// F makes an awaitable<void>.
  template <class F>
  asio::awaitable<void> step(F what) {
    const auto start = steady::now();
    try {
      co_await what();
    } catch (const coodie::error& e) {
      note(e.code(), e.diagnostics());
    }
    demand(steady::now() - start < choices_.patience * 40 + slack, "a call ends in time");
  }

  asio::awaitable<void> all() {
    co_await step([this]() -> asio::awaitable<void> {
      coodie::init_options made = options();
      made.driver_type = "acsylla";
      made.loops = 1;
      driver_ = co_await coodie::aio::init_coodie(made);
    });
    if (driver_ == nullptr) co_return;
    co_await read();
    co_await write();
    driver_->close();
    coodie::unregister_driver("default");
    driver_.reset();
  }
  asio::awaitable<void> read() {
    co_await step([this]() -> asio::awaitable<void> {
      const coodie::result answer =
          co_await driver_->execute_async("SELECT k, c, v, n, notes, extra FROM fz.t WHERE k = ?", {1});
      static_cast<void>(answer.rows<document>());
    });
    co_await step([]() -> asio::awaitable<void> {
      static_cast<void>(co_await coodie::aio::find<document>(col<&document::k> == 1).all());
    });
    co_await step([]() -> asio::awaitable<void> {
      auto rows = coodie::aio::find<document>(col<&document::k> == 1).stream();
      for (std::size_t i = 0; i < most_rows; ++i)
        if (co_await rows.next() == nullptr) break;
    });
    co_await step([]() -> asio::awaitable<void> {
      static_cast<void>(co_await coodie::aio::sync_table<document>({.keyspace = "fz", .dry_run = true}));
    });
  }
  asio::awaitable<void> write() {
    const document made{.k = 3, .c = 1, .v = "written", .n = 1, .notes = {"x"}, .extra = {{"y", 1}}};
    co_await step([&]() -> asio::awaitable<void> { co_await coodie::aio::save(made); });
    co_await step([&]() -> asio::awaitable<void> { static_cast<void>(co_await coodie::aio::insert(made)); });
    co_await step([&]() -> asio::awaitable<void> {
      coodie::batch both;
      both.save(made).remove(made);
      static_cast<void>(co_await coodie::aio::apply(both));
    });
  }
};

}  // namespace client_fuzzing

#endif  // COODIE_FUZZ_CLIENT_ASYNC_HPP
