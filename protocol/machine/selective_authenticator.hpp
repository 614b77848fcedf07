// SPDX-License-Identifier: MIT
// Credentials that are shown to some authenticators only.
#ifndef COODIE_PROTOCOL_MACHINE_SELECTIVE_AUTHENTICATOR_HPP
#define COODIE_PROTOCOL_MACHINE_SELECTIVE_AUTHENTICATOR_HPP

#include <array>
#include <utility>
#include <vector>

#include "protocol/machine/authenticator.hpp"

namespace coodie::inline COODIE_ABI {

/// The authenticators of Cassandra, ScyllaDB and their services that take a name and a password by SASL
/// PLAIN.
inline constexpr std::array<std::string_view, 11> well_known_authenticators{
    "org.apache.cassandra.auth.PasswordAuthenticator",
    "org.apache.cassandra.auth.MutualTlsWithPasswordFallbackAuthenticator",
    "com.datastax.bdp.cassandra.auth.DseAuthenticator",
    "com.scylladb.auth.SaslauthdAuthenticator",
    "com.scylladb.auth.TransitionalAuthenticator",
    "com.amazon.helenus.auth.HelenusAuthenticator",
    "com.ericsson.bss.cassandra.ecaudit.auth.AuditAuthenticator",
    "com.ericsson.bss.cassandra.ecaudit.auth.AuditPasswordAuthenticator",
    "com.instaclustr.cassandra.auth.InstaclustrPasswordAuthenticator",
    "com.instaclustr.cassandra.auth.SharedSecretAuthenticator",
    "io.aiven.cassandra.auth.AivenAuthenticator"};

/// Refuses every authenticator whose class name is not in a list.
class selective_authenticator final : public authenticator {
 public:
  selective_authenticator(std::shared_ptr<const authenticator> credentials, std::vector<std::string> accepted)
      : credentials_(std::move(credentials)), accepted_(std::move(accepted)) {}

  std::unique_ptr<authentication_session> begin(std::string_view mechanism) const noexcept override {
    for (const std::string& name : accepted_)
      if (name == mechanism) return credentials_->begin(mechanism);
    return nullptr;
  }

 private:
  std::shared_ptr<const authenticator> credentials_;
  std::vector<std::string> accepted_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_MACHINE_SELECTIVE_AUTHENTICATOR_HPP
