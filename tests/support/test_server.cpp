// SPDX-License-Identifier: MIT
#include "tests/support/test_server.hpp"

#include <cstdlib>

namespace tests {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return parts;
}

}  // namespace

std::string random_name(std::string_view prefix) {
  std::string name(prefix);
  name += '_';
  const coodie::uuid random = coodie::uuid::random();
  for (std::size_t i = 0; i < 10; ++i)
    name += static_cast<char>('a' + static_cast<int>(random.bytes[i]) % 26);
  return name;
}

std::shared_ptr<coodie::abstract_driver> connect(const coodie::init_options& options) {
  const std::string name = random_name("test");
  coodie::init_options named = options;
  named.name = name;
  auto driver = coodie::sync::init_coodie(named);
  coodie::unregister_driver(name);
  return driver;
}

coodie::init_options options_for(const coodie::testing::server& server,
                                 const std::vector<std::string>& hosts) {
  return {.hosts = hosts, .port = server.port()};
}

test_server::test_server() : keyspace_(random_name("coodie_test")) {
  const char* hosts = std::getenv("COODIE_TEST_HOSTS");
  if (hosts != nullptr && *hosts != '\0') {
    hosts_ = split(hosts);
    if (const char* port = std::getenv("COODIE_TEST_PORT")) port_ = std::atoi(port);
  } else {
    mock_ = std::make_unique<coodie::testing::server>();
    hosts_ = mock_->hosts();
    port_ = mock_->port();
  }
  static_cast<void>(connect(options())->execute(
      "CREATE KEYSPACE " + keyspace_ +
      " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false"));
}

test_server::~test_server() {
  coodie::init_options patient = options();
  patient.request_timeout = std::chrono::seconds(60);  // a drop takes a snapshot
  static_cast<void>(connect(patient)->execute("DROP KEYSPACE " + keyspace_));
}

coodie::init_options test_server::options(std::string_view keyspace) const {
  return {.hosts = hosts_, .keyspace = keyspace, .port = port_, .request_timeout = std::chrono::seconds(30)};
}

std::shared_ptr<coodie::abstract_driver> test_server::driver() const { return connect(options(keyspace_)); }

}  // namespace tests
