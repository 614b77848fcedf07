// SPDX-License-Identifier: MIT
// Two drivers of the program's own: one logs what passes through it, one answers from memory. Models work on both,
// blocking and with coroutines.
//   custom_driver [HOST [PORT]]
#include "coodie.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "examples/example_server.hpp"

using coodie::col;
namespace protocol = coodie::protocol;

struct User {
  coodie::uuid id{};
  std::string name{};
  std::optional<std::string> email{};

  using table = coodie::table<"users", coodie::partition_key<&User::id>>;
};

// Prints each statement when it goes and when it comes back, and passes it on.
class logging_driver final : public coodie::forwarding_driver {
 public:
  using forwarding_driver::forwarding_driver;

  void before(protocol::request& what) noexcept override {
    const coodie::request_view asked(what);
    std::string line(asked.text());
    const auto began = std::chrono::steady_clock::now();
    coodie::observe(what, [line, began](const coodie::request_ending& ended) {
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
      std::cout << "    " << line << "\n      " << took.count() << " ms, ";
      if (ended.code)
        std::cout << ended.code.message() << "\n";
      else
        std::cout << ended.rows() << " rows\n";
    });
  }
};

// A table of text: which columns there are, and the rows by their key. Enough to test a program that saves, gets
// and removes by key; everything else it refuses.
class memory_driver final : public coodie::abstract_driver {
 public:
  void start(protocol::request& what) noexcept override {
    const coodie::request_view asked(what);
    const std::vector<std::string> words = split(asked.text());
    const std::lock_guard lock(mutex_);
    if (words[0] == "INSERT") return insert(what, asked, words);
    if (words[0] == "SELECT") return select(what, asked, words);
    if (words[0] == "DELETE") return remove(what, asked);
    coodie::answer_error(what, coodie::server_errc::invalid, "this driver only knows INSERT, SELECT and DELETE");
  }
  void close() noexcept override {}

 private:
  using cell = std::optional<std::vector<std::byte>>;
  using row = std::map<std::string, cell>;

  static std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
      if (c != ' ' && c != ',' && c != '(' && c != ')')
        words.back() += c;
      else if (!words.back().empty())
        words.emplace_back();
    }
    return words;
  }
  static cell copy(const protocol::bytes_view& value) {
    if (value.is_null()) return std::nullopt;
    return std::vector<std::byte>(value.bytes().begin(), value.bytes().end());
  }

  // INSERT INTO users (id, name, email) VALUES (?, ?, ?): the first column is the key.
  void insert(protocol::request& what, const coodie::request_view& asked, const std::vector<std::string>& words) {
    const auto values = asked.values();
    row written;
    for (std::size_t i = 0; i < values.size(); ++i) written[words[3 + i]] = copy(values[i]);
    rows_[copy(values[0])] = std::move(written);
    coodie::answer_void(what);
  }
  // SELECT id, name, email FROM users WHERE id = ?, with or without LIMIT ? behind it
  void select(protocol::request& what, const coodie::request_view& asked, const std::vector<std::string>& words) {
    coodie::rows_builder answer;
    std::vector<std::string> columns;
    for (std::size_t i = 1; words[i] != "FROM"; ++i) columns.push_back(words[i]);
    for (const std::string& name : columns) answer.column(name);
    if (asked.text().find("WHERE") == std::string_view::npos)
      return coodie::answer_error(what, coodie::server_errc::invalid, "this driver only reads by key");
    if (const auto found = rows_.find(copy(asked.values()[0])); found != rows_.end()) {
      std::vector<protocol::bytes_view> cells;
      for (const std::string& name : columns) {
        const cell& value = found->second[name];
        cells.push_back(value ? protocol::bytes_view{value->data(), static_cast<std::int32_t>(value->size())}
                              : protocol::bytes_view{});
      }
      answer.raw_row(cells);
    }
    coodie::answer_rows(what, answer);
  }
  // DELETE FROM users WHERE id = ?
  void remove(protocol::request& what, const coodie::request_view& asked) {
    rows_.erase(copy(asked.values()[0]));
    coodie::answer_void(what);
  }

  std::mutex mutex_;
  std::map<cell, row> rows_;
};

// What the program does, on whatever driver is the default one.
static void use_models() {
  namespace db = coodie::sync;
  User ada{.id = coodie::uuid::random(), .name = "Ada", .email = "ada@example.org"};
  db::save(ada);
  ada.email.reset();
  db::save(ada);
  const User found = db::get<User>(ada.id);
  std::cout << "  " << found.name << ", " << found.email.value_or("no address") << "\n";
  db::remove(ada);
  std::cout << "  " << (db::find_one<User>(col<&User::id> == ada.id) ? "still there" : "gone") << "\n";
}

static asio::awaitable<void> use_models_asynchronously() {
  namespace db = coodie::aio;
  const User grace{.id = coodie::uuid::random(), .name = "Grace"};
  co_await db::save(grace);
  const User found = co_await db::get<User>(grace.id);
  std::cout << "  " << found.name << "\n";
  co_await db::remove(grace);
}

static void use_both() {
  use_models();
  asio::io_context context;
  std::exception_ptr thrown;
  asio::co_spawn(context, use_models_asynchronously(), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

int main(int argc, char** argv) {
  try {
    const example_server server(argc, argv);

    std::cout << "On a driver that answers from memory:\n";
    const auto memory = std::make_shared<memory_driver>();
    coodie::register_driver("default", memory);
    use_both();

    std::cout << "\nOn one that logs, in front of it:\n";
    coodie::register_driver("default", std::make_shared<logging_driver>(memory));
    use_both();

    std::cout << "\nOn one that logs, in front of a cluster:\n";
    const auto make_keyspace = coodie::sync::init_coodie({.hosts = server.hosts(), .port = server.port()});
    coodie::sync::create_keyspace("coodie_example");
    const auto cluster = coodie::sync::init_coodie(
        {.hosts = server.hosts(), .keyspace = "coodie_example", .port = server.port()});
    coodie::sync::sync_table<User>();
    coodie::register_driver("default", std::make_shared<logging_driver>(cluster));
    use_both();

    coodie::sync::drop_keyspace("coodie_example");
    coodie::close_all();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
