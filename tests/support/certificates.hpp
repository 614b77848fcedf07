// SPDX-License-Identifier: MIT
// Certificates, made when they are needed: none that is committed would expire one day.
#ifndef COODIE_TESTS_SUPPORT_CERTIFICATES_HPP
#define COODIE_TESTS_SUPPORT_CERTIFICATES_HPP

#include <memory>
#include <string>
#include <vector>

namespace tests {

/// In PEM.
struct credential {
  std::string certificate, key;
};

struct certificate_options {
  std::string name = "node";                // the subject's CN
  std::vector<std::string> hosts = {};      // dNSName
  std::vector<std::string> addresses = {};  // iPAddress
  long valid_from = -3600;                  // seconds from now
  long valid_until = 24 * 3600;
  bool is_ca = false;
};

/// Issues certificates. Functions throw std::runtime_error when OpenSSL refuses.
class authority {
 public:
  /// A root.
  explicit authority(const std::string& name = "coodie test CA");
  ~authority();
  authority(authority&&) noexcept;
  authority& operator=(authority&&) noexcept;

  [[nodiscard]] const std::string& certificate() const noexcept;
  [[nodiscard]] credential issue(const certificate_options& options) const;
  /// An authority that this one stands behind.
  [[nodiscard]] authority issue_authority(const std::string& name, long valid_until = 24 * 3600) const;
  /// The list of those that it has revoked.
  [[nodiscard]] std::string revoke(const std::vector<credential>& revoked,
                                   long valid_until = 24 * 3600) const;

 private:
  struct state;
  explicit authority(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

[[nodiscard]] credential self_signed(const certificate_options& options);
[[nodiscard]] std::string encrypt_key(const std::string& key, const std::string& passphrase);
/// For 127.0.0.1 to 127.0.0.3 and localhost.
[[nodiscard]] certificate_options local_node();

}  // namespace tests

#endif  // COODIE_TESTS_SUPPORT_CERTIFICATES_HPP
