// SPDX-License-Identifier: MIT
// The public face of the mock server: every call goes to the server's thread.
#ifndef COODIE_TESTS_MOCK_MOCK_SERVER_IPP
#define COODIE_TESTS_MOCK_MOCK_SERVER_IPP

#include <system_error>
#include <utility>

#include "tests/mock/mock_server.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing {

#if COODIE_HAS_EXCEPTIONS
server::server(server_options options) : core_(std::make_unique<detail::server_core>(std::move(options))) {
  if (const std::string wrong = core_->start(); !wrong.empty())
    throw std::system_error(make_error_code(errc::configuration), "coodie: mock server: " + wrong);
}
#endif

server::server(server_options options, std::string& error)
    : core_(std::make_unique<detail::server_core>(std::move(options))) {
  error = core_->start();
}

server::~server() = default;

std::vector<std::string> server::hosts() const {
  std::vector<std::string> hosts;
  core_->run([&] {
    for (const auto& node : core_->nodes()) hosts.push_back(node->address());
  });
  return hosts;
}

std::uint16_t server::port(std::size_t node) const {
  std::uint16_t port = 0;
  core_->run_on_node(node, [&](const detail::mock_node& at) { port = at.port(); });
  return port;
}

std::uint16_t server::shard_aware_port(std::size_t node) const {
  std::uint16_t port = 0;
  core_->run_on_node(node, [&](const detail::mock_node& at) { port = at.shard_aware_port(); });
  return port;
}

std::vector<std::string> server::contact_points() const {
  std::vector<std::string> points;
  core_->run([&] {
    for (const auto& node : core_->nodes()) {
      const bool v6 = node->address().find(':') != std::string::npos;
      const std::string address = v6 ? '[' + node->address() + ']' : node->address();
      points.push_back(address + ':' + std::to_string(node->port()));
    }
  });
  return points;
}

std::string server::execute(std::string_view statement) {
  std::string failed;
  core_->run([&] {
    std::shared_ptr<store::planned_statement> planned;
    store::engine_session session;
    store::answer result;
    cql::refusal refused = core_->engine().prepare(statement, {}, planned);
    if (!refused) refused = core_->engine().execute(*planned, {{}, {}}, {}, session, result);
    if (refused)
      failed = refused.why().message;
    else if (result.kind == store::answer_kind::schema_change)
      core_->schema_changed(result.change);
  });
  return failed;
}

rule_id server::on(request_filter filter, reaction what) {
  rule_id made{};
  core_->run([&] { made = core_->rules().add(std::move(filter), std::move(what)); });
  return made;
}

void server::remove_rule(rule_id rule) {
  core_->run([&] { core_->rules().remove(rule); });
}

void server::clear_rules() {
  core_->run([&] { core_->rules().clear(); });
}

std::size_t server::applied(rule_id rule) const {
  std::size_t times = 0;
  core_->run([&] { times = core_->rules().applied(rule); });
  return times;
}

bool server::is_running(std::size_t node) const {
  bool running = false;
  core_->run_on_node(node, [&](const detail::mock_node& at) { running = at.is_running(); });
  return running;
}

void server::close_connections(std::size_t node) {
  core_->run_on_node(node, [](detail::mock_node& at) { at.close_connections(); });
}

void server::set_fault(std::size_t node, node_fault fault) {
  core_->run_on_node(node, [&](detail::mock_node& at) { at.set_fault(fault); });
}

void server::forget_prepared(std::size_t node) {
  core_->run_on_node(node, [](detail::mock_node& at) { at.forget_prepared(); });
}

void server::forget_prepared() {
  core_->run([&] {
    for (const auto& node : core_->nodes()) node->forget_prepared();
  });
}

void server::send_event(const event_reply& event) {
  core_->run([&] { core_->send_event(event); });
}

std::vector<request_record> server::requests() const {
  std::vector<request_record> records;
  core_->run([&] { records.assign(core_->rules().records().begin(), core_->rules().records().end()); });
  return records;
}

std::vector<request_record> server::requests(protocol::opcode opcode) const {
  std::vector<request_record> records;
  for (auto& record : requests())
    if (record.opcode == opcode) records.push_back(std::move(record));
  return records;
}

void server::clear_requests() {
  core_->run([&] { core_->rules().clear_records(); });
}

std::uint64_t server::request_count() const {
  std::uint64_t count = 0;
  core_->run([&] { count = core_->rules().count(); });
  return count;
}

bool server::wait_for_requests(std::uint64_t count, std::chrono::milliseconds timeout) const {
  return core_->wait_for_requests(count, timeout);
}

std::size_t server::connections(std::size_t node) const {
  std::size_t count = 0;
  core_->run_on_node(node, [&](const detail::mock_node& at) { count = at.connections(); });
  return count;
}

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_MOCK_SERVER_IPP
