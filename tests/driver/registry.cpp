// SPDX-License-Identifier: MIT
// Drivers by name: which one serves, what is said when there is none, and how long one lives.
#include "driver/registry.hpp"

#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"

using coodie::errc;
using driver_tests::clean_registry;
using driver_tests::idle_driver;

namespace {

std::shared_ptr<idle_driver> make_idle() { return std::make_shared<idle_driver>(); }

std::shared_ptr<coodie::abstract_driver> find(std::string_view name) {
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto found = coodie::get_driver(name, ec, diag);
  CHECK((found == nullptr) == static_cast<bool>(ec));
  return found;
}

std::string refusal(std::string_view name) {
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(coodie::get_driver(name, ec, diag) == nullptr);
  CHECK(ec == errc::unknown_driver);
  return diag.message();
}

std::string thrown(std::string_view name) {
  try {
    static_cast<void>(coodie::get_driver(name));
  } catch (const coodie::configuration_error& e) {
    CHECK(e.code() == errc::unknown_driver);
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("registry: before anything is registered the message tells what to call", "[driver]") {
  const clean_registry clean;
  CHECK(refusal("") == "no driver is registered; call init_coodie() first");
  CHECK(refusal("analytics") == "no driver is registered; call init_coodie() first");
  CHECK(thrown("") == "coodie: no driver is registered; call init_coodie() first");
}

TEST_CASE("registry: an unknown name is answered with the names that exist", "[driver]") {
  const clean_registry clean;
  coodie::register_driver("prod", make_idle());
  coodie::register_driver("analytics", make_idle());
  CHECK(refusal("pord") == "no driver is named \"pord\"; registered are: analytics, prod");
  CHECK(thrown("pord") == "coodie: no driver is named \"pord\"; registered are: analytics, prod");
}

TEST_CASE("registry: what an earlier failure left in the diagnostics is gone", "[driver]") {
  const clean_registry clean;
  coodie::error_code ec = errc::closed;
  coodie::diagnostics diag;
  diag.edit().server_message = "old";
  diag.edit().statement = "old";
  CHECK(coodie::get_driver("x", ec, diag) == nullptr);
  CHECK(diag.server_message().empty());
  CHECK(diag.statement().empty());

  const auto driver = make_idle();
  coodie::register_driver("x", driver, false, ec, diag);
  CHECK(!ec);
  CHECK(diag.empty());
  diag.edit().message = "old";
  CHECK(coodie::get_driver("x", ec, diag) == driver);
  CHECK(diag.empty());
  diag.edit().message = "old";
  CHECK(coodie::get_driver("", ec, diag) == driver);
  CHECK(diag.empty());
}

TEST_CASE("registry: no driver and no name are refused", "[driver]") {
  const clean_registry clean;
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::register_driver("x", nullptr, true, ec, diag);
  CHECK(ec == errc::configuration);
  CHECK(diag.message() == "register_driver was given no driver; pass a driver that exists");
  coodie::register_driver("", make_idle(), true, ec, diag);
  CHECK(ec == errc::configuration);
  CHECK(diag.message() == "register_driver was given no name; pass one, for example \"default\"");
  CHECK(refusal("x") == "no driver is registered; call init_coodie() first");

  try {
    coodie::register_driver("x", nullptr);
    FAIL("nothing was thrown");
  } catch (const coodie::configuration_error& e) {
    CHECK(std::string(e.what()) == "coodie: register_driver was given no driver; pass a driver that exists");
  }
  CHECK_THROWS_AS(coodie::register_driver("", make_idle()), coodie::configuration_error);
}

TEST_CASE("registry: the first driver serves without a name until another is named default", "[driver]") {
  const clean_registry clean;
  const auto first = make_idle(), second = make_idle(), by_name = make_idle(), wanted = make_idle();
  coodie::register_driver("a", first);
  coodie::register_driver("b", second);
  CHECK(find("") == first);
  CHECK(find("b") == second);
  coodie::register_driver("default", by_name);
  CHECK(find("") == by_name);
  CHECK(find("default") == by_name);
  coodie::register_driver("c", wanted, true);
  CHECK(find("") == wanted);
  CHECK(coodie::get_driver() == wanted);
}

TEST_CASE("registry: without its default driver the one named default serves, else the next that comes",
          "[driver]") {
  const clean_registry clean;
  const auto a = make_idle(), b = make_idle(), c = make_idle();
  coodie::register_driver("default", a);
  coodie::register_driver("b", b, true);
  CHECK(find("") == b);
  CHECK(coodie::unregister_driver("b"));
  CHECK(find("") == a);
  coodie::register_driver("b", b);
  CHECK(coodie::unregister_driver("default"));
  CHECK(refusal("") == "no driver is the default; name one of: b");
  CHECK(find("b") == b);
  CHECK_FALSE(coodie::unregister_driver("default"));
  CHECK_FALSE(coodie::unregister_driver(""));
  coodie::register_driver("c", c);
  CHECK(find("") == c);
}

TEST_CASE("registry: a name that is registered again belongs to the new driver", "[driver]") {
  const clean_registry clean;
  std::atomic<int> closed = 0, destroyed = 0;
  auto old = std::make_shared<idle_driver>(closed, destroyed);
  coodie::register_driver("x", old);
  const auto replacement = make_idle();
  coodie::register_driver("x", replacement);
  CHECK(find("x") == replacement);
  CHECK(find("") == replacement);
  CHECK(destroyed == 0);  // somebody holds it
  CHECK(closed == 0);
  old.reset();
  CHECK(destroyed == 1);

  coodie::register_driver("y", std::make_shared<idle_driver>(closed, destroyed));
  coodie::register_driver("y", make_idle());
  CHECK(destroyed == 2);  // nobody held it
}

TEST_CASE("registry: finding the default driver keeps nothing alive", "[driver]") {
  const clean_registry clean;
  std::atomic<int> closed = 0, destroyed = 0;
  coodie::register_driver("x", std::make_shared<idle_driver>(closed, destroyed));
  CHECK(find("") != nullptr);
  CHECK(find("") != nullptr);
  CHECK(coodie::unregister_driver("x"));
  CHECK(destroyed == 1);
  CHECK(refusal("") == "no driver is registered; call init_coodie() first");
}

TEST_CASE("registry: close_all closes every driver and forgets it", "[driver]") {
  const clean_registry clean;
  std::atomic<int> closed = 0, destroyed = 0;
  const auto held = std::make_shared<idle_driver>(closed, destroyed);
  coodie::register_driver("x", held);
  coodie::register_driver("y", std::make_shared<idle_driver>(closed, destroyed));
  coodie::close_all();
  CHECK(closed == 2);
  CHECK(destroyed == 1);
  CHECK(refusal("") == "no driver is registered; call init_coodie() first");
  coodie::close_all();
  CHECK(closed == 2);
}

TEST_CASE("registry: threads find drivers while others register and forget them", "[driver][threads]") {
  const clean_registry clean;
  coodie::register_driver("fixed", make_idle());
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> finders;
  for (int i = 0; i < 3; ++i)
    finders.emplace_back([&] {
      coodie::error_code ec;
      coodie::diagnostics diag;
      while (!done)
        for (const char* name : {"", "fixed"})
          if (coodie::get_driver(name, ec, diag) == nullptr || ec) ++wrong;
    });
  for (int i = 0; i < 300; ++i) {
    coodie::register_driver("changing", make_idle(), i % 2 == 0);
    coodie::register_driver("fixed", make_idle(), true);
    coodie::unregister_driver("changing");
  }
  done = true;
  for (auto& t : finders) t.join();
  CHECK(wrong == 0);
}
