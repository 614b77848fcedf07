// SPDX-License-Identifier: MIT
// A function that is called later, once, by somebody who does not know what it is.
#ifndef COODIE_CLUSTER_CALLBACK_HPP
#define COODIE_CLUSTER_CALLBACK_HPP

#include <memory>
#include <type_traits>
#include <utility>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// What std::move_only_function<void(Arguments...)> is in C++23, without the cost of <functional>.
template <class... Arguments>
class callback {
 public:
  callback() noexcept = default;
  template <class F>
    requires(!std::is_same_v<std::decay_t<F>, callback>)
  callback(F&& function) : held_(std::make_unique<holder<std::decay_t<F>>>(std::forward<F>(function))) {}

  [[nodiscard]] explicit operator bool() const noexcept { return held_ != nullptr; }
  void operator()(Arguments... arguments) { held_->call(std::move(arguments)...); }

 private:
  struct base {
    virtual ~base() = default;
    virtual void call(Arguments... arguments) = 0;
  };
  template <class F>
  struct holder final : base {
    F function;
    explicit holder(F f) : function(std::move(f)) {}
    void call(Arguments... arguments) override { function(std::move(arguments)...); }
  };
  std::unique_ptr<base> held_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_CLUSTER_CALLBACK_HPP
