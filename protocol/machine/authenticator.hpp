// SPDX-License-Identifier: MIT
// SASL authentication (native_protocol_v4.spec sections 4.1.2, 4.2.3, 4.2.7): the interface, and PLAIN.
#ifndef COODIE_PROTOCOL_MACHINE_AUTHENTICATOR_HPP
#define COODIE_PROTOCOL_MACHINE_AUTHENTICATOR_HPP

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "protocol/bytes/wipe.hpp"
#include "protocol/bytes/writer.hpp"

namespace coodie::inline COODIE_ABI {

/// One conversation with one server. What it writes never appears in a message or log.
class authentication_session {
 public:
  virtual ~authentication_session() = default;
  /// The first AUTH_RESPONSE's token. An error ends the connection.
  virtual errc initial_response(protocol::writer& token) noexcept = 0;
  /// Answers an AUTH_CHALLENGE. The default refuses: PLAIN has none.
  virtual errc evaluate_challenge(std::span<const std::byte> challenge, protocol::writer& token) noexcept {
    static_cast<void>(challenge), static_cast<void>(token);
    return errc::authentication_failed;
  }
  /// The token of AUTH_SUCCESS; an error refuses the server.
  virtual errc success(std::span<const std::byte> token) noexcept {
    static_cast<void>(token);
    return errc::ok;
  }
};

/// Starts a conversation for each connection. Called from any thread.
class authenticator {
 public:
  virtual ~authenticator() = default;
  /// `mechanism` is the class name in AUTHENTICATE; nullptr refuses it.
  virtual std::unique_ptr<authentication_session> begin(std::string_view mechanism) const noexcept = 0;
};

/// SASL PLAIN (RFC 4616): Cassandra's PasswordAuthenticator and its relatives. A name or password with a NUL
/// can't be sent: errc::configuration.
class plain_authenticator final : public authenticator {
 public:
  plain_authenticator(std::string user, std::string password)
      : user_(std::move(user)), password_(std::move(password)) {}
  plain_authenticator(const plain_authenticator&) = default;
  plain_authenticator& operator=(const plain_authenticator&) = default;
  ~plain_authenticator() override { protocol::wipe(password_); }

  std::unique_ptr<authentication_session> begin(std::string_view) const noexcept override {
    return std::make_unique<session>(*this);
  }

 private:
  struct session final : authentication_session {
    explicit session(const plain_authenticator& credentials)
        : user(credentials.user_), password(credentials.password_) {}
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session() override { protocol::wipe(password); }
    errc initial_response(protocol::writer& token) noexcept override {
      // A NUL ends the name or the password: the server would read other credentials.
      if (user.find('\0') != std::string::npos || password.find('\0') != std::string::npos)
        return errc::configuration;
      token.write(std::uint8_t{0});
      token.write_raw(user);
      token.write(std::uint8_t{0});
      token.write_raw(password);
      return token.error();
    }
    std::string user, password;
  };

  std::string user_, password_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_MACHINE_AUTHENTICATOR_HPP
