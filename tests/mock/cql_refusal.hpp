// SPDX-License-Identifier: MIT
// Why the mock server refuses a statement: an ERROR message to be, or nothing when all is well.
#ifndef COODIE_TESTS_MOCK_CQL_REFUSAL_HPP
#define COODIE_TESTS_MOCK_CQL_REFUSAL_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/config.hpp"
#include "protocol/errc.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

/// The code as it stands in an ERROR message (native_protocol_v4.spec section 9).
[[nodiscard]] constexpr std::int32_t wire_code(server_errc code) noexcept {
  return static_cast<std::int32_t>(code) - 0x10000;
}

/// What the mock answers instead of a result. Empty means that nothing is wrong, so that a check reads
/// `if (auto refused = check()) return refused;`.
class [[nodiscard]] refusal {
 public:
  struct details {
    std::int32_t code = 0;  ///< as in an ERROR message
    std::string message;
    std::string keyspace;                                        ///< of ALREADY_EXISTS
    std::string table;                                           ///< of ALREADY_EXISTS
    std::string function;                                        ///< of FUNCTION_FAILURE
    std::string argument_types;                                  ///< of FUNCTION_FAILURE
    coodie::consistency consistency = coodie::consistency::one;  ///< of UNAVAILABLE
    std::int32_t required = 0, alive = 0;                        ///< of UNAVAILABLE
  };

  refusal() noexcept = default;
  refusal(server_errc code, std::string message) : details_(std::make_unique<details>()) {
    details_->code = wire_code(code);
    details_->message = std::move(message);
  }
  explicit refusal(details all) : details_(std::make_unique<details>(std::move(all))) {}

  [[nodiscard]] explicit operator bool() const noexcept { return details_ != nullptr; }
  [[nodiscard]] const details& why() const noexcept { return *details_; }

 private:
  std::unique_ptr<details> details_;
};

/// 0x2200: the statement is CQL but wrong.
[[nodiscard]] inline refusal invalid(std::string message) {
  return {server_errc::invalid, std::move(message)};
}
/// 0x2000: the statement is not CQL.
[[nodiscard]] inline refusal syntax_error(std::string message) {
  return {server_errc::syntax_error, std::move(message)};
}
/// 0x2300: a table, index or keyspace can't be configured so.
[[nodiscard]] inline refusal bad_configuration(std::string message) {
  return {server_errc::config_error, std::move(message)};
}
/// 0x2200 for what a real server does and the mock does not.
[[nodiscard]] inline refusal unsupported(std::string_view what) {
  return invalid("coodie-mock does not support " + std::string(what));
}
/// 0x1000: there are not enough replicas for the consistency level. `where` follows the level's name.
[[nodiscard]] COODIE_DECL refusal unavailable(coodie::consistency level, std::string_view where,
                                              std::size_t required, std::size_t alive);
/// 0x2400: a keyspace (empty `table`) or a table exists.
[[nodiscard]] COODIE_DECL refusal already_exists(std::string message, std::string keyspace,
                                                 std::string table);

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_REFUSAL_HPP
