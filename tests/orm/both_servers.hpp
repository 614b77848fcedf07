// SPDX-License-Identifier: MIT
// Tests that run on real nodes when COODIE_TEST_HOSTS names some, else on the mock server.
#ifndef COODIE_TESTS_ORM_BOTH_SERVERS_HPP
#define COODIE_TESTS_ORM_BOTH_SERVERS_HPP

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/coodie_all.hpp"

namespace orm_tests {

/// True when COODIE_TEST_HOSTS is set.
[[nodiscard]] bool on_real_nodes();

/// A driver under the name "default" with an empty keyspace of its own, dropped at the end; and the registry
/// empty before and after.
class own_keyspace {
 public:
  explicit own_keyspace(std::string_view name);
  ~own_keyspace();
  own_keyspace(const own_keyspace&) = delete;
  own_keyspace& operator=(const own_keyspace&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] coodie::abstract_driver& driver() const noexcept { return *driver_; }
  /// What a call of init_coodie needs for another driver.
  [[nodiscard]] coodie::init_options options() const;

 private:
  struct mock;
  std::unique_ptr<mock> mock_;
  std::string name_;
  std::vector<std::string> hosts_;
  std::string host_;
  std::int32_t port_ = 9042;
  std::shared_ptr<coodie::abstract_driver> driver_;
};

}  // namespace orm_tests

#endif  // COODIE_TESTS_ORM_BOTH_SERVERS_HPP
