// SPDX-License-Identifier: MIT
#include "tests/orm/both_servers.hpp"

#include <cstdlib>

#include "tests/mock/testing_all.hpp"

namespace orm_tests {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

struct own_keyspace::mock {
  coodie::testing::server server;
};

bool on_real_nodes() { return !environment("COODIE_TEST_HOSTS").empty(); }

own_keyspace::own_keyspace(std::string_view name) : name_("coodie_test_" + std::string(name)) {
  coodie::close_all();
  host_ = environment("COODIE_TEST_HOSTS");
  host_ = host_.substr(0, host_.find(','));
  if (host_.empty()) {
    mock_ = std::make_unique<mock>();
    host_ = "127.0.0.1";
    port_ = mock_->server.port();
  } else if (const std::string port = environment("COODIE_TEST_PORT"); !port.empty()) {
    port_ = std::atoi(port.c_str());
  }
  coodie::init_options options{.hosts = {host_}, .name = "setup", .port = port_};
  coodie::sync::init_coodie(options);
  coodie::sync::drop_keyspace(name_);
  coodie::sync::create_keyspace(name_);
  coodie::unregister_driver("setup");
  driver_ = coodie::sync::init_coodie(this->options());
}

coodie::init_options own_keyspace::options() const {
  return {.hosts = {host_}, .keyspace = name_, .port = port_};
}

own_keyspace::~own_keyspace() {
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::sync::drop_keyspace(name_, {.timeout = std::chrono::seconds(30)}, ec, diag);
  coodie::close_all();
}

}  // namespace orm_tests
