// SPDX-License-Identifier: MIT
// What a node of the mock cluster answers to each request.
#ifndef COODIE_TESTS_MOCK_MOCK_ANSWERS_IPP
#define COODIE_TESTS_MOCK_MOCK_ANSWERS_IPP

#include <algorithm>

#include "cluster/lz4.hpp"
#include "tests/mock/mock_connection.hpp"
#include "tests/mock/mock_replies.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

void mock_connection::refuse(const mock_request& request, const cql::refusal& why,
                             protocol::byte_buffer& out) {
  write_frame(request, protocol::opcode::error, out, [&](protocol::writer& to) { write_refusal(to, why); });
}

[[nodiscard]] inline std::string_view opcode_name(protocol::opcode code) { return to_string(code); }

void mock_connection::answer(const mock_request& request, protocol::byte_buffer& out) {
  const protocol::opcode code = request.header.code();
  if (code == protocol::opcode::options) return answer_options(request, out);
  const auto unexpected = [&](std::string_view why) {
    refuse(request,
           {server_errc::protocol_error,
            "Unexpected message " + std::string(opcode_name(code)) + std::string(why)},
           out);
  };
  if (phase_ == phase::starting) {
    if (code != protocol::opcode::startup) {
      unexpected(", expecting STARTUP or OPTIONS");
      protocol::store_big(out.data() + 2, std::int16_t{0});  // Cassandra has no stream for it yet
      return;
    }
    return answer_startup(request, out);
  }
  if (phase_ == phase::authenticating) {
    if (code != protocol::opcode::auth_response) return unexpected(", expecting SASL_RESPONSE");
    return answer_credentials(request, out);
  }
  switch (code) {
    case protocol::opcode::query: return answer_query(request, out);
    case protocol::opcode::prepare: return answer_prepare(request, out);
    case protocol::opcode::execute: return answer_execute(request, out);
    case protocol::opcode::batch: return answer_batch(request, out);
    case protocol::opcode::register_: return answer_register(request, out);
    case protocol::opcode::auth_response: return answer_credentials(request, out);
    default: return unexpected(", the connection is already initialized");
  }
}

void mock_connection::answer_startup(const mock_request& request, protocol::byte_buffer& out) {
  if (request.startup.find("CQL_VERSION") == nullptr)
    return refuse(request, {server_errc::protocol_error, "Missing value CQL_VERSION in STARTUP message"},
                  out);
  const std::string_view* wanted = request.startup.find("COMPRESSION");
  const bool offered = node_.core().options().compression;
  if (wanted != nullptr && !(offered && *wanted == "lz4"))
    return refuse(request,
                  {server_errc::protocol_error, "Unknown compression algorithm: " + std::string(*wanted)},
                  out);
  const bool asks = !node_.core().options().user.empty();
  if (asks) {
    constexpr std::string_view authenticator = "org.apache.cassandra.auth.PasswordAuthenticator";
    write_frame(request, protocol::opcode::authenticate, out,
                [&](protocol::writer& to) { serialize(to, protocol::authenticate_message{authenticator}); });
  } else {
    write_frame(request, protocol::opcode::ready, out, [](protocol::writer&) {});
  }
  // The answer to STARTUP itself is never compressed.
  phase_ = asks ? phase::authenticating : phase::ready;
  agreed_ = agree(node_.core().options(), request.startup);
  if (wanted != nullptr) compressor_ = &cluster_detail::lz4_compressor();
  drops_input_ = true;
}

void mock_connection::answer_options(const mock_request& request, protocol::byte_buffer& out) {
  const server_options& options = node_.core().options();
  const store::node_description& self = node_.core().engine().cluster().nodes[node_.index()];
  std::vector<owned_option> announced;
  if (options.shards != 0)
    announced = announce(options, {shard_, node_.shard_aware_port(), to_string(self.host_id)});
  protocol::supported_message supported;
  supported.options = {{"PROTOCOL_VERSIONS", {"4/v4"}}};
  protocol::string_list algorithms;
  if (options.compression) algorithms.emplace_back("lz4");
  supported.options.emplace_back("COMPRESSION", std::move(algorithms));
  supported.options.push_back({"CQL_VERSION", {"3.4.7"}});
  for (const auto& [name, value] : announced)
    supported.options.emplace_back(name, protocol::string_list{value});
  write_frame(request, protocol::opcode::supported, out,
              [&](protocol::writer& to) { serialize(to, supported); });
}

// SASL PLAIN: [authorization id] NUL user NUL password.
void mock_connection::answer_credentials(const mock_request& request, protocol::byte_buffer& out) {
  const server_options& options = node_.core().options();
  const std::string token(store::as_octets(request.auth_response.token.bytes()));
  const auto first = token.find('\0');
  const auto second = first == std::string::npos ? first : token.find('\0', first + 1);
  const bool plain = second != std::string::npos;
  const std::string user = plain ? token.substr(first + 1, second - first - 1) : std::string();
  const bool right =
      options.user.empty() || (plain && user == options.user && token.substr(second + 1) == options.password);
  if (!right)
    return refuse(
        request,
        {server_errc::bad_credentials, "Provided username " + user + " and/or password are incorrect"}, out);
  phase_ = phase::ready;
  write_frame(request, protocol::opcode::auth_success, out,
              [](protocol::writer& to) { serialize(to, protocol::auth_success_message{}); });
}

void mock_connection::answer_register(const mock_request& request, protocol::byte_buffer& out) {
  for (const auto& name : request.registration.event_types) {
    bool known = false;
    for (const auto type : {protocol::event_type::topology_change, protocol::event_type::status_change,
                            protocol::event_type::schema_change}) {
      if (name != event_type_name(type)) continue;
      registered_ |= 1U << static_cast<unsigned>(type);
      known = true;
    }
    if (!known)
      return refuse(request,
                    {server_errc::protocol_error, "Invalid value '" + std::string(name) + "' for Type"}, out);
  }
  write_frame(request, protocol::opcode::ready, out, [](protocol::writer&) {});
}

[[nodiscard]] inline std::string use_warning(const std::string& keyspace, const std::string& id) {
  return "`USE <keyspace>` with prepared statements is considered to be an anti-pattern due to ambiguity in "
         "non-qualified table names. Please consider removing instances of "
         "`Session#setKeyspace(<keyspace>)`, "
         "`Session#execute(\"USE <keyspace>\")` and `cluster.newSession(<keyspace>)` from your code, and "
         "always use "
         "fully qualified table names (e.g. <keyspace>.<table>). Keyspace used: " +
         keyspace + ", statement keyspace: " + keyspace +
         ", statement id: " + store::value_text(type_id::blob, id).substr(2);
}

void mock_connection::answer_prepare(const mock_request& request, protocol::byte_buffer& out) {
  prepared_now made;
  if (auto refused = node_.prepare(request.prepare.query, session_.keyspace, made))
    return refuse(request, refused, out);
  const bool warns =
      made.is_new && !made.qualified && !session_.keyspace.empty() && !made.statement->about.empty();
  if (warns) extras_.warnings.insert(extras_.warnings.begin(), use_warning(session_.keyspace, made.id));
  const std::string metadata_id = agreed_.metadata_id ? metadata_id_of(*made.statement) : std::string();
  prepared_reply reply{made.id, metadata_id};
  if (agreed_.lwt_mark && made.statement->is_conditional()) reply.marker_flags = lwt_mask;
  write_frame(request, protocol::opcode::result, out,
              [&](protocol::writer& to) { write_prepared(to, reply, *made.statement); });
}

[[nodiscard]] inline store::query_context make_context(const protocol::query_options& options) {
  store::query_context context;
  context.consistency = options.consistency;
  if (options.has(protocol::query_flag::serial_consistency))
    context.serial_consistency = options.serial_consistency;
  if (options.has(protocol::query_flag::timestamp)) context.default_timestamp = options.timestamp;
  if (options.has(protocol::query_flag::page_size)) context.page_size = options.page_size;
  if (options.has(protocol::query_flag::paging_state) && !options.paging_state.is_null())
    context.paging_state = std::string(store::as_octets(options.paging_state.bytes()));
  return context;
}

// With metadata ids the client skips metadata always: what it could not learn at PREPARE is told anyway.
metadata_choice mock_connection::choose_metadata(const mock_request& request,
                                                 const store::planned_statement& statement) const {
  metadata_choice choice;
  choice.skip = request.parameters().has(protocol::query_flag::skip_metadata);
  if (!agreed_.metadata_id || request.header.code() != protocol::opcode::execute) return choice;
  if (statement.is_conditional()) return {};
  std::string id = metadata_id_of(statement);
  if (id != request.metadata_id) choice.changed_id = std::move(id);
  return choice;
}

void mock_connection::tell_tablet(const mock_request& request, const store::planned_statement& statement) {
  if (!agreed_.tablets_routing || statement.about.empty()) return;
  const protocol::query_parameters& parameters = request.parameters();
  const auto token = token_of_values(statement, parameters.values, parameters.names);
  if (!token) return;
  const cql::object_name& about = statement.about.front();
  const tablet* owner = node_.core().replicas().find_tablet(about.keyspace, about.name, *token);
  if (owner == nullptr) return;
  const replica here{node_.index(), shard_};
  if (std::find(owner->replicas.begin(), owner->replicas.end(), here) != owner->replicas.end()) return;
  extras_.custom_payload.emplace_back("tablets-routing-v1",
                                      encode_tablet(*owner, node_.core().engine().cluster()));
}

void mock_connection::run(const mock_request& request, store::planned_statement& statement,
                          protocol::byte_buffer& out) {
  const protocol::query_parameters& parameters = request.parameters();
  const bool prepared = request.header.code() == protocol::opcode::execute;
  store::answer result;
  if (auto refused = node_.core().engine().execute(statement, {parameters.values, parameters.names, prepared},
                                                   make_context(parameters), session_, result))
    return refuse(request, refused, out);
  tell_tablet(request, statement);
  const metadata_choice how = choose_metadata(request, statement);
  write_frame(request, protocol::opcode::result, out,
              [&](protocol::writer& to) { write_answer(to, result, how); });
  if (result.kind == store::answer_kind::schema_change) node_.core().schema_changed(result.change);
}

void mock_connection::answer_query(const mock_request& request, protocol::byte_buffer& out) {
  std::shared_ptr<store::planned_statement> statement;
  if (auto refused = node_.core().engine().prepare(request.query.query, session_.keyspace, statement))
    return refuse(request, refused, out);
  run(request, *statement, out);
}

void mock_connection::answer_execute(const mock_request& request, protocol::byte_buffer& out) {
  const std::string id = request.id();
  const prepared_entry* entry = node_.find_prepared(id);
  if (entry == nullptr)
    return write_frame(request, protocol::opcode::error, out,
                       [&](protocol::writer& to) { write_unprepared(to, id); });
  const auto statement = entry->statement;  // a schema change may forget the entry
  run(request, *statement, out);
}

cql::refusal mock_connection::collect_batch(const mock_request& request,
                                            std::vector<store::batch_member>& members,
                                            std::string& unknown_id) {
  for (const auto& each : request.batch.statements) {
    store::batch_member& member = members.emplace_back();
    member.values = each.values;
    if (!each.prepared) {
      if (auto refused = node_.core().engine().prepare(each.query, session_.keyspace, member.statement))
        return refused;
      continue;
    }
    const std::string id(store::as_octets(each.id));
    const prepared_entry* entry = node_.find_prepared(id);
    if (entry == nullptr) {
      unknown_id = id;
      return {server_errc::unprepared, {}};
    }
    member.statement = entry->statement;
  }
  return {};
}

void mock_connection::answer_batch(const mock_request& request, protocol::byte_buffer& out) {
  std::vector<store::batch_member> members;
  std::string unknown_id;
  cql::refusal refused = collect_batch(request, members, unknown_id);
  if (refused && refused.why().code == cql::wire_code(server_errc::unprepared))
    return write_frame(request, protocol::opcode::error, out,
                       [&](protocol::writer& to) { write_unprepared(to, unknown_id); });
  store::answer result;
  if (!refused) {
    const auto kind = static_cast<cql::batch_kind>(request.batch.type);
    refused = node_.core().engine().execute_batch(kind, members, make_context(request.batch.options),
                                                  session_, result);
  }
  if (refused) return refuse(request, refused, out);
  write_frame(request, protocol::opcode::result, out,
              [&](protocol::writer& to) { write_answer(to, result, {}); });
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_ANSWERS_IPP
