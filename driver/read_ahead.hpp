// SPDX-License-Identifier: MIT
// The next page is on its way while the rows of this one are used.
#ifndef COODIE_DRIVER_READ_AHEAD_HPP
#define COODIE_DRIVER_READ_AHEAD_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "driver/abstract_driver.hpp"
#include "protocol/bytes/buffer.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Stands before a driver. One request may be asked ahead of whoever reads: the next request that is started
/// here gets its answer, whenever it comes, and the same error. At most one page is held. Whoever reads
/// starts one request at a time.
class read_ahead final : public abstract_driver {
 public:
  explicit read_ahead(std::shared_ptr<abstract_driver> behind) noexcept : behind_(std::move(behind)) {}

  /// Asks for the next page of `op`, of which this is not the first.
  template <class Op>
  void ask(const Op& op) {
    op.prepare_request(request_);
    if (values_.empty()) {
      values_.resize(op.values_size());
      if (!values_.empty()) op.put_values(values_.data());
    }
    const std::span<const std::byte> state = op.paging_state();
    state_.assign(state.begin(), state.end());
    send();
  }

  COODIE_DECL void start(protocol::request& what) noexcept override;
  COODIE_DECL void run(protocol::blocking_request& what) noexcept override;
  COODIE_DECL void cancel(protocol::request& what) noexcept override;
  /// Nobody wants the page any more. The driver behind stays open.
  COODIE_DECL void close() noexcept override;
  [[nodiscard]] const void* context() const noexcept override { return behind_->context(); }
  [[nodiscard]] std::string_view keyspace() const noexcept override { return behind_->keyspace(); }

 private:
  enum class progress : std::uint8_t { nothing, flying, answered, failed };

  COODIE_DECL void send() noexcept;
  COODIE_DECL void answered(const protocol::response& answer) noexcept;
  COODIE_DECL void failed(const protocol::failure& why) noexcept;
  /// Whoever waits for the request, which has ended so; nullptr: nobody does yet.
  [[nodiscard]] COODIE_DECL protocol::request* end_flight(progress how) noexcept;
  [[nodiscard]] COODIE_DECL errc keep(const protocol::response& answer) noexcept;
  COODIE_DECL void keep(const protocol::failure& why) noexcept;
  COODIE_DECL void hand_over(protocol::request& to, progress how) noexcept;

  struct ahead_request final : protocol::request {
    explicit ahead_request(read_ahead& reader) noexcept : of(reader) {}
    read_ahead& of;
  };

  const std::shared_ptr<abstract_driver> behind_;
  ahead_request request_{*this};
  std::vector<std::byte> values_, state_;
  std::shared_ptr<abstract_driver> self_;  // while it flies

  std::mutex mutex_;  // guards the next three
  progress progress_ = progress::nothing;
  protocol::request* waiter_ = nullptr;
  bool closed_ = false;

  // What came before anybody waited for it; of whoever made progress_ what it is.
  protocol::byte_buffer memory_;  // which answer_ points into
  protocol::response answer_;
  error_code error_;
  std::string text_, host_;
  bool by_server_ = false, sent_ = false;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_READ_AHEAD_HPP
