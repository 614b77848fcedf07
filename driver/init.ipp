// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_INIT_IPP
#define COODIE_DRIVER_INIT_IPP

#include <charconv>

#include "cluster/cluster_config.hpp"
#include "cluster/lz4.hpp"
#include "driver/init.hpp"
#include "protocol/machine/selective_authenticator.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

[[nodiscard]] inline errc refuse_option(diagnostics& diag, std::string message) {
  diag.edit().message = std::move(message);
  return errc::configuration;
}

/// In quotes, for a message, which a NUL would cut short.
[[nodiscard]] inline std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return shown + "\"";
}

/// Labels of letters, digits, '-' and '_' with a '.' between them. One of digits at the end makes it an
/// address (RFC 1123 section 2.1), which has to be a good one.
[[nodiscard]] inline bool is_host_name(std::string_view name) noexcept {
  const std::string_view whole = name;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > 253 || name.ends_with('.')) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t length = 0;
  bool digits = true;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (c == '.' ? length == 0 : !letter && !is_digit(c) && (c != '-' || length == 0)) return false;
    length = c == '.' ? 0 : length + 1;
    digits = (digits || length == 0) && (c == '.' || is_digit(c));
  }
  return !digits || inet::parse(whole).has_value();
}

[[nodiscard]] inline bool is_ipv6(std::string_view text) noexcept {
  return inet::parse(text).has_value() && text.find(':') != std::string_view::npos;
}

/// "name", "name:port", "v6", "[v6]:port". A port that is none becomes 0.
[[nodiscard]] inline bool parse_contact(std::string_view text, std::uint16_t port,
                                        cluster_detail::contact_point& to) {
  std::string_view host = text, own_port;
  if (!text.empty() && text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!is_ipv6(host) || (!rest.empty() && (rest.front() != ':' || rest.size() == 1))) return false;
    own_port = rest.empty() ? rest : rest.substr(1);
  } else if (!is_ipv6(text)) {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) own_port = text.substr(colon + 1);
    if (!is_host_name(host) || (colon != std::string_view::npos && own_port.empty())) return false;
  }
  to.host = host;
  to.port = port;
  if (own_port.empty()) return true;
  for (const char c : own_port)
    if (c < '0' || c > '9') return false;
  std::uint32_t value = 0;
  const auto read = std::from_chars(own_port.data(), own_port.data() + own_port.size(), value);
  to.port = static_cast<std::uint16_t>(read.ec == std::errc() && value <= 65535 ? value : 0);
  return true;
}

[[nodiscard]] inline errc check_duration(std::chrono::nanoseconds value, std::string_view name,
                                         diagnostics& diag) {
  if (value > std::chrono::nanoseconds::zero() && value <= longest_timeout) return errc::ok;
  return refuse_option(diag, "." + std::string(name) + " must be more than zero and at most a week");
}

errc check_keyspace(std::string_view keyspace, diagnostics& diag) {
  bool good = keyspace.size() <= 48;
  for (const char c : keyspace)
    good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
  if (good) return errc::ok;
  return refuse_option(
      diag, quoted(keyspace) + " is not the name of a keyspace: at most 48 letters, digits and underscores");
}

[[nodiscard]] inline errc check_source(const init_options& options, bool async, diagnostics& diag) {
  const bool by_session = options.session.get() != nullptr;
  const std::string_view type = options.driver_type;
  if (options.name.empty())
    return refuse_option(diag, "the driver needs a .name; leave it out for \"default\"");
  if (type != "scylla" && type != "cassandra" && type != "acsylla")
    return refuse_option(diag, "unknown .driver_type " + quoted(type) +
                                   "; supported are \"scylla\", \"cassandra\" and \"acsylla\"");
  if (by_session && !options.hosts.empty())
    return refuse_option(
        diag, "both .hosts and .session are given; a session has its hosts already, so give one of them");
  if (!by_session && options.hosts.empty())
    return refuse_option(
        diag,
        "neither .hosts nor .session is given; give contact points, for example .hosts = {\"127.0.0.1\"}, or "
        "a session that coodie::cluster::connect() made");
  if (!by_session && type == "acsylla" && !async && options.executor.context() == nullptr)
    return refuse_option(
        diag,
        "driver_type \"acsylla\" runs on the program's own event loop; use aio::init_coodie, give .executor, "
        "or bring a session");
  if (by_session && options.session.get()->state() == nullptr)
    return refuse_option(diag, ".session is empty; make it with coodie::cluster::connect()");
  if (by_session && !options.keyspace.empty() && options.session.get()->keyspace() != options.keyspace)
    return refuse_option(diag, ".keyspace is " + quoted(options.keyspace) + " but the session is in " +
                                   quoted(options.session.get()->keyspace()) + "; connect the session to it");
  return errc::ok;
}

[[nodiscard]] inline errc check_host(std::string_view host, diagnostics& diag) {
  cluster_detail::contact_point found;
  if (!parse_contact(host, 1, found))
    return refuse_option(diag, quoted(host) +
                                   " is not a host; write a name or an address, with a port if need be: "
                                   "\"db1\", \"10.0.0.1:9042\", \"[::1]:9042\"");
  if (found.port == 0) return refuse_option(diag, "the port of " + quoted(host) + " must be from 1 to 65535");
  return errc::ok;
}

[[nodiscard]] inline errc check_speculation(const speculation_options& how, diagnostics& diag) {
  if (!is_timeout_or_zero(how.delay))
    return refuse_option(diag, ".speculation.delay must not be negative or above a week");
  if (how.percentile != 0 && !(how.percentile >= 1 && how.percentile <= 99.99))
    return refuse_option(diag, ".speculation.percentile must be from 1 to 99.99; 0 is none");
  if (how.most > 10) return refuse_option(diag, ".speculation.most must be at most 10");
  if (how.most > 1 && !how.wanted())
    return refuse_option(diag, ".speculation.most is given without .speculation.delay or .percentile");
  return errc::ok;
}

/// `whose` is empty for the driver's own options.
[[nodiscard]] inline errc check_backoff(std::chrono::nanoseconds first, std::chrono::nanoseconds longest,
                                        const std::string& whose, diagnostics& diag) {
  if (first <= longest) return errc::ok;
  return refuse_option(diag, whose + ".retry_backoff is more than .retry_backoff_max, to which it grows");
}

[[nodiscard]] inline errc check_profile(const profile_options& profile, const init_options& driver,
                                        diagnostics& diag) {
  if (profile.name.empty()) return refuse_option(diag, "a profile needs a .name");
  const std::string whose = "the profile " + quoted(profile.name) + ": ";
  if (profile.serial_consistency && !is_serial(*profile.serial_consistency))
    return refuse_option(diag, whose + ".serial_consistency takes serial or local_serial only");
  const auto backoff = profile.retry_backoff.value_or(driver.retry_backoff);
  const auto longest_backoff = profile.retry_backoff_max.value_or(driver.retry_backoff_max);
  for (const auto timeout :
       {profile.request_timeout, profile.attempt_timeout.value_or(driver.attempt_timeout), backoff,
        longest_backoff})
    if (!is_timeout_or_zero(timeout))
      return refuse_option(diag, whose + "a time must not be negative or above a week");
  if (profile.page_size < 0) return refuse_option(diag, whose + ".page_size is negative");
  if (const errc e = check_backoff(backoff, longest_backoff, whose, diag); e != errc::ok) return e;
  return check_speculation(profile.speculation, diag);
}

[[nodiscard]] inline errc check_requests(const init_options& options, diagnostics& diag) {
  if (!is_serial(options.serial_consistency))
    return refuse_option(diag, ".serial_consistency takes serial or local_serial only");
  if (options.page_size < 1) return refuse_option(diag, ".page_size must be at least 1");
  for (const auto& [value, name] : {std::pair{options.attempt_timeout, "attempt_timeout"},
                                    std::pair{options.schema_agreement_timeout, "schema_agreement_timeout"},
                                    std::pair{options.retry_backoff, "retry_backoff"},
                                    std::pair{options.retry_backoff_max, "retry_backoff_max"},
                                    std::pair{options.slow_request, "slow_request"}})
    if (!is_timeout_or_zero(value))
      return refuse_option(diag, "." + std::string(name) + " must not be negative or above a week");
  if (const errc e = check_backoff(options.retry_backoff, options.retry_backoff_max, {}, diag); e != errc::ok)
    return e;
  if (const errc e = check_speculation(options.speculation, diag); e != errc::ok) return e;
  for (std::size_t i = 0; i < options.profiles.size(); ++i) {
    if (const errc e = check_profile(options.profiles[i], options, diag); e != errc::ok) return e;
    for (std::size_t other = 0; other < i; ++other)
      if (options.profiles[other].name == options.profiles[i].name)
        return refuse_option(diag, "two profiles have the name " + quoted(options.profiles[i].name));
  }
  if (options.max_in_flight < 1 || options.max_in_flight > 32768)
    return refuse_option(diag, ".max_in_flight must be from 1 to 32768");
  return errc::ok;
}

[[nodiscard]] inline errc check_nodes(const init_options& options, diagnostics& diag) {
  if (!options.bind_address.empty() && !inet::parse(options.bind_address))
    return refuse_option(diag, ".bind_address " + quoted(options.bind_address) + " is not a numeric address");
  if (options.connections_per_host < 1 || options.connections_per_host > 64)
    return refuse_option(diag, ".connections_per_host must be from 1 to 64");
  const port_range& ports = options.shard_ports;
  if (ports.first < 1 || ports.last > 65535 || ports.first > ports.last)
    return refuse_option(diag, ".shard_ports must be a range within 1 to 65535");
  if (options.loops < 1 || options.loops > 64) return refuse_option(diag, ".loops must be from 1 to 64");
  const bool on_own_loops = options.executor.context() == nullptr && options.driver_type != "acsylla";
  if (options.loops > 1 && !on_own_loops)
    return refuse_option(diag, ".loops are the driver's own, but it is to run on the program's event loop");
  return errc::ok;
}

[[nodiscard]] inline errc check_auth(const auth_options& auth, diagnostics& diag) {
  if (auth.user.empty() && !auth.password.empty())
    return refuse_option(diag, ".auth has a password but no user; set .auth.user");
  if (!auth.given() && !auth.accepted_mechanisms.empty())
    return refuse_option(
        diag, ".auth.accepted_mechanisms is given without credentials; set .auth.user or .auth.mechanism");
  return errc::ok;
}

/// Whatever was said about TLS must not end in connections without it.
[[nodiscard]] inline errc check_tls(const init_options& options, diagnostics& diag) {
  const tls_options& tls = options.tls;
  const tls_options defaults;
  const bool own_context = tls.context.get() != nullptr;
  const bool describes_context = !tls.ca_file.empty() || !tls.ca_pem.empty() ||
                                 !tls.certificate_file.empty() || !tls.certificate_pem.empty() ||
                                 !tls.key_file.empty() || !tls.key_pem.empty() ||
                                 !tls.key_passphrase.empty() || !tls.crl_file.empty() ||
                                 !tls.crl_pem.empty() || tls.minimum_version != defaults.minimum_version;
  const bool given = own_context || describes_context || tls.verification != defaults.verification ||
                     !tls.server_name.empty();
  if (given && !tls.enabled)
    return refuse_option(diag,
                         ".tls has options, but without .tls.enabled = true nothing would be encrypted");
  if (tls.enabled && options.session.get() != nullptr)
    return refuse_option(
        diag, "a session has its connections already; give .tls to the coodie::cluster that makes it");
  if (own_context && describes_context)
    return refuse_option(
        diag, ".tls.context brings its own certificates, keys and versions; leave out the options for them");
  if (!tls.server_name.empty() && !is_host_name(tls.server_name) && !is_ipv6(tls.server_name))
    return refuse_option(
        diag, ".tls.server_name " + quoted(tls.server_name) + " is not the name or address of a host");
  return errc::ok;
}

errc check_options(const init_options& options, bool async, diagnostics& diag) {
  if (const errc e = check_source(options, async, diag); e != errc::ok) return e;
  if (options.port < 1 || options.port > 65535)
    return refuse_option(diag, ".port is " + std::to_string(options.port) + "; it must be from 1 to 65535");
  for (std::size_t i = 0; i < options.hosts.size(); ++i)
    if (const errc e = check_host(options.hosts[i], diag); e != errc::ok) return e;
  if (const errc e = check_keyspace(options.keyspace, diag); e != errc::ok) return e;
  if (const errc e = check_auth(options.auth, diag); e != errc::ok) return e;
  if (const errc e = check_tls(options, diag); e != errc::ok) return e;
  const std::pair<std::chrono::nanoseconds, std::string_view> durations[] = {
      {options.connect_timeout, "connect_timeout"},       {options.request_timeout, "request_timeout"},
      {options.heartbeat_interval, "heartbeat_interval"}, {options.heartbeat_timeout, "heartbeat_timeout"},
      {options.reconnect_base, "reconnect_base"},         {options.reconnect_max, "reconnect_max"},
      {options.refresh_interval, "refresh_interval"}};
  for (const auto& [value, name] : durations)
    if (const errc e = check_duration(value, name, diag); e != errc::ok) return e;
  if (options.reconnect_max < options.reconnect_base)
    return refuse_option(diag, ".reconnect_max is less than .reconnect_base");
  if (const errc e = check_requests(options, diag); e != errc::ok) return e;
  if (const errc e = check_nodes(options, diag); e != errc::ok) return e;
  if (options.max_frame_size < 1024)
    return refuse_option(diag, ".max_frame_size must be at least 1024 bytes");
  return errc::ok;
}

inline cluster_detail::execution_profile default_profile(const init_options& options) {
  cluster_detail::execution_profile made;
  made.consistency = options.consistency;
  made.serial_consistency = options.serial_consistency;
  made.request_timeout_ns = options.request_timeout.count();
  made.attempt_timeout_ns = options.attempt_timeout.count();
  made.page_size = options.page_size;
  made.policy = options.retry;
  made.own_policy = options.retry_policy.share();
  made.retry_backoff_ns = options.retry_backoff.count();
  made.retry_backoff_max_ns = options.retry_backoff_max.count();
  made.speculation = options.speculation;
  return made;
}

/// What it does not say is as in `from`.
inline cluster_detail::execution_profile derive_profile(cluster_detail::execution_profile from,
                                                        const profile_options& options) {
  from.name = options.name;
  from.consistency = options.consistency.value_or(from.consistency);
  from.serial_consistency = options.serial_consistency.value_or(from.serial_consistency);
  if (options.request_timeout.count() != 0) from.request_timeout_ns = options.request_timeout.count();
  if (options.attempt_timeout) from.attempt_timeout_ns = options.attempt_timeout->count();
  if (options.page_size != 0) from.page_size = options.page_size;
  if (options.retry || options.retry_policy) from.own_policy = options.retry_policy.share();
  from.policy = options.retry.value_or(from.policy);
  if (options.retry_backoff) from.retry_backoff_ns = options.retry_backoff->count();
  if (options.retry_backoff_max) from.retry_backoff_max_ns = options.retry_backoff_max->count();
  if (options.speculation.wanted() || options.speculation.most == 0) from.speculation = options.speculation;
  return from;
}

inline void configure_requests(const init_options& options, cluster_detail::cluster_config& config) {
  config.profiles = {default_profile(options)};
  for (std::size_t i = 0; i < options.profiles.size(); ++i)
    config.profiles.push_back(derive_profile(config.profiles.front(), options.profiles[i]));
  config.timestamps = options.timestamp_source.share();
  config.log = options.log.share();
  config.log_from = options.log_level;
  config.tracker = options.tracker.share();
  config.schema_changed = options.schema_changed.share();
  config.slow_request_ns = options.slow_request.count();
}

inline void configure_nodes(const init_options& options, cluster_detail::cluster_config& config) {
  config.local_datacenter = options.local_datacenter;
  config.local_rack = options.local_rack;
  config.remote_datacenters = options.remote_datacenters;
  config.host_filter = options.host_filter.share();
  config.translate = options.address_translator.share();
  config.bind_address = options.bind_address;
  config.connections_per_host = options.connections_per_host;
  config.first_shard_port = static_cast<std::uint16_t>(options.shard_ports.first);
  config.last_shard_port = static_cast<std::uint16_t>(options.shard_ports.last);
  config.shard_aware = options.driver_type != "cassandra";
  config.refresh_interval_ns = options.refresh_interval.count();
  config.schema_agreement_ns = options.schema_agreement_timeout.count();
  config.lazy = options.lazy;
  config.loops = options.loops;
}

/// Who answers when a server asks for credentials; nullptr: nobody.
[[nodiscard]] inline std::shared_ptr<const authenticator> make_credentials(const auth_options& auth) {
  std::shared_ptr<const authenticator> credentials;
  std::vector<std::string> accepted;
  for (std::size_t i = 0; i < auth.accepted_mechanisms.size(); ++i)
    accepted.emplace_back(auth.accepted_mechanisms[i]);
  if (auth.mechanism != nullptr) {
    credentials = {std::shared_ptr<void>(), auth.mechanism};
    if (accepted.empty()) return credentials;
  } else if (auth.given()) {
    credentials = std::make_shared<plain_authenticator>(std::string(auth.user), std::string(auth.password));
    if (accepted.empty()) accepted.assign(well_known_authenticators.begin(), well_known_authenticators.end());
  } else {
    return nullptr;
  }
  return std::make_shared<selective_authenticator>(std::move(credentials), std::move(accepted));
}

errc make_config(const init_options& options, cluster_detail::cluster_config& config, diagnostics& diag) {
  configure_requests(options, config);
  configure_nodes(options, config);
  for (std::size_t i = 0; i < options.hosts.size(); ++i)
    static_cast<void>(parse_contact(options.hosts[i], static_cast<std::uint16_t>(options.port),
                                    config.contact_points.emplace_back()));
  protocol::machine_options& connection = config.connection;
  connection.keyspace = options.keyspace;
  connection.connect_timeout_ns = options.connect_timeout.count();
  connection.request_timeout_ns = options.request_timeout.count();
  connection.heartbeat_interval_ns = options.heartbeat_interval.count();
  connection.heartbeat_timeout_ns = options.heartbeat_timeout.count();
  connection.max_frame_size = options.max_frame_size;
  connection.max_queued = options.max_queued;
  connection.max_streams = options.max_in_flight;
  connection.orphan_limit = options.max_orphans;
  connection.client_timestamps = options.client_timestamps;
  connection.compression =
      options.compression == compression::lz4 ? &cluster_detail::lz4_compressor() : nullptr;
  config.credentials = make_credentials(options.auth);
  config.reconnect_base_ns = options.reconnect_base.count();
  config.reconnect_max_ns = options.reconnect_max.count();
  config.foreign_context = options.executor.context();
  if (options.tls.enabled) {
    std::string why;
    config.tls = cluster_detail::tls_context::make(options.tls, why);
    if (config.tls == nullptr) return refuse_option(diag, std::move(why));
  }
  return errc::ok;
}

/// Registers what was opened; the driver, or why there is none.
inline std::shared_ptr<abstract_driver> register_session(std::string_view name, session s, bool owns,
                                                         error_code& ec, diagnostics& diag) {
  auto driver = std::make_shared<native_driver>(std::move(s), owns);
  register_driver(name, driver, name == "default", ec, diag);
  return ec ? nullptr : driver;
}

void init_async(const init_options& options, void* context,
                const std::shared_ptr<opening_cancellation>& cancellation, init_done done) {
  diagnostics diag;
  cluster_detail::cluster_config config;
  errc e = check_options(options, context != nullptr, diag);
  if (e == errc::ok && options.session.get() == nullptr) e = make_config(options, config, diag);
  if (e != errc::ok) return done(e, std::move(diag), nullptr);
  if (options.session.get() != nullptr) {
    error_code ec;
    auto driver = register_session(options.name, *options.session.get(), false, ec, diag);
    return done(ec, std::move(diag), std::move(driver));
  }
  if (options.driver_type == "acsylla" && config.foreign_context == nullptr) config.foreign_context = context;
  open_session(config, cancellation,
               [name = std::string(options.name), done = std::move(done)](
                   error_code ec, diagnostics why, std::shared_ptr<session_state> state) mutable {
                 if (ec) return done(ec, std::move(why), nullptr);
                 auto driver = register_session(name, session(std::move(state)), true, ec, why);
                 done(ec, std::move(why), std::move(driver));
               });
}

}  // namespace detail

namespace sync {
std::shared_ptr<abstract_driver> init_coodie(const init_options& options, error_code& ec, diagnostics& diag) {
  ec.clear();
  diag.clear();
  cluster_detail::cluster_config config;
  errc e = detail::check_options(options, false, diag);
  if (e == errc::ok && options.session.get() == nullptr) e = detail::make_config(options, config, diag);
  if (e != errc::ok) {
    ec = e;
    return nullptr;
  }
  if (options.session.get() != nullptr)
    return detail::register_session(options.name, *options.session.get(), false, ec, diag);
  session made(detail::open_session(config, ec, diag));
  return ec ? nullptr : detail::register_session(options.name, std::move(made), true, ec, diag);
}
}  // namespace sync

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_IPP
