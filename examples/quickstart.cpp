// SPDX-License-Identifier: MIT
// The first program: makes a table, saves, finds, updates and removes rows, and shows the CQL of every step.
// Without arguments it runs on a server that is embedded in it.
//   quickstart [--hosts HOST,HOST...] [--port PORT]
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coodie.hpp"
#include "coodie_testing.hpp"

using coodie::col;
using namespace std::chrono_literals;
namespace db = coodie::sync;

struct BlogPost {
  coodie::uuid blog_id{};
  coodie::timestamp published_at{};
  std::string title{};
  std::string body{};
  std::optional<std::string> author{};
  std::int32_t views = 0;

  using table = coodie::table<"blog_posts", coodie::partition_key<&BlogPost::blog_id>,
                              coodie::clustering_key<&BlogPost::published_at, coodie::desc>,
                              coodie::indexed<&BlogPost::author>>;
};

// A driver of our own: prints each statement and hands it to the real one.
class narrator final : public coodie::forwarding_driver {
 public:
  using forwarding_driver::forwarding_driver;

  void before(coodie::protocol::request& what) noexcept override {
    const std::string_view text = what.what != nullptr ? what.what->text : what.text;
    if (text.find("system") == std::string_view::npos) std::cout << "    " << text << "\n";
  }
};

static void show(const BlogPost& post) {
  std::cout << "  -> " << coodie::to_string(post.published_at) << "  " << post.title << "  by "
            << post.author.value_or("nobody") << ", " << post.views << " views\n";
}

static void run(const std::vector<std::string>& hosts, int port) {
  std::cout << "\nConnect, and make a keyspace:\n";
  auto real = db::init_coodie({.hosts = hosts, .name = "real", .port = port});
  coodie::register_driver("default", std::make_shared<narrator>(real), true);
  db::create_keyspace("coodie_quickstart");

  real = db::init_coodie({.hosts = hosts, .keyspace = "coodie_quickstart", .name = "real", .port = port});
  coodie::register_driver("default", std::make_shared<narrator>(real), true);

  std::cout << "\nMake the table of a struct:\n";
  db::sync_table<BlogPost>();

  std::cout << "\nSave three posts; the second for a day only:\n";
  const auto blog = coodie::uuid::random();
  const auto now = coodie::now();
  BlogPost first{.blog_id = blog, .published_at = now - 2h, .title = "Hello", .author = "Ada"};
  BlogPost second{
      .blog_id = blog, .published_at = now - 1h, .title = "It's \"quoted\" \xC3\xA9", .author = "Grace"};
  BlogPost third{.blog_id = blog, .published_at = now, .title = "Unsigned"};
  db::save(first);
  db::save(second, {.ttl = 24h});
  db::save(third);

  std::cout << "\nGet one by its key:\n";
  show(db::get<BlogPost>(blog, first.published_at));

  std::cout << "\nFind the posts of the last ninety minutes, newest first:\n";
  for (const BlogPost& post : db::find<BlogPost>(col<&BlogPost::blog_id> == blog)
                                  .filter(col<&BlogPost::published_at> >= now - 90min)
                                  .limit(10)
                                  .all())
    show(post);

  std::cout << "\nUpdate one if nobody has looked at it, twice:\n";
  for (int i = 0; i < 2; ++i) {
    // clang-format off
    const auto result = db::update(first, col<&BlogPost::views> = 1, coodie::only_if(col<&BlogPost::views> == 0));
    // clang-format on
    if (result.applied)
      std::cout << "  -> done\n";
    else
      std::cout << "  -> not done: it has " << result.existing->views << " views already\n";
  }

  std::cout << "\nRemove one, and count the rest:\n";
  db::remove(second);
  const auto left = db::find<BlogPost>(col<&BlogPost::blog_id> == blog).count();
  std::cout << "  -> " << left << " posts\n";

  std::cout << "\nLook for it:\n";
  try {
    show(db::get<BlogPost>(blog, second.published_at));
  } catch (const coodie::document_not_found&) {
    std::cout << "  -> document_not_found\n";
  }

  std::cout << "\nTidy up:\n";
  db::drop_keyspace("coodie_quickstart");
  coodie::close_all();
}

static std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

int main(int argc, char** argv) {
  std::vector<std::string> hosts;
  int port = 9042;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--hosts" && i + 1 < argc) {
      hosts = split(argv[++i]);
    } else if (option == "--port" && i + 1 < argc) {
      port = std::atoi(argv[++i]);
    } else {
      std::cerr << "usage: quickstart [--hosts HOST,HOST...] [--port PORT]\n";
      return 2;
    }
  }
  try {
    std::optional<coodie::testing::server> embedded;
    if (hosts.empty()) {
      embedded.emplace();
      hosts = embedded->hosts();
      port = embedded->port();
    }
    std::cout << "The server: " << (embedded ? "embedded in this program" : hosts.front()) << ", port "
              << port << "\n";
    run(hosts, port);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
