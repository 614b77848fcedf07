// SPDX-License-Identifier: MIT
// Functions of the program that a driver calls: named in options by a view, and kept by a shared copy.
#ifndef COODIE_CLUSTER_SHARED_FUNCTION_HPP
#define COODIE_CLUSTER_SHARED_FUNCTION_HPP

#include <memory>
#include <type_traits>
#include <utility>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

template <class Signature>
class function_view;

namespace detail {
/// A copy of a function object, shared by all who call it.
template <class Signature>
class shared_function;

template <class R, class... Arguments>
class shared_function<R(Arguments...)> {
 public:
  shared_function() noexcept = default;
  [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }
  R operator()(Arguments... arguments) const noexcept {
    return call_(object_.get(), static_cast<Arguments>(arguments)...);
  }
  // For those who pass it on without its type.
  [[nodiscard]] void* object() const noexcept { return object_.get(); }
  [[nodiscard]] auto call() const noexcept { return call_; }

 private:
  friend class function_view<R(Arguments...)>;
  std::shared_ptr<void> object_;
  R (*call_)(void*, Arguments...) noexcept = nullptr;
};
}  // namespace detail

/// Names a function object, which is copied before the call that takes this returns. It must not throw, and
/// may be called from the driver's threads. Trivially copyable, so that it can stand in a co_await
/// expression.
template <class R, class... Arguments>
class function_view<R(Arguments...)> {
 public:
  constexpr function_view() noexcept = default;
  constexpr function_view(std::nullptr_t) noexcept {}
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, function_view> &&
             std::is_invocable_r_v<R, std::remove_reference_t<F>&, Arguments...> &&
             std::is_copy_constructible_v<std::remove_cvref_t<F>>)
  constexpr function_view(const F& function) noexcept : object_(&function), copy_(&copy<F>) {}

  [[nodiscard]] explicit constexpr operator bool() const noexcept { return copy_ != nullptr; }
  [[nodiscard]] detail::shared_function<R(Arguments...)> share() const {
    return copy_ == nullptr ? detail::shared_function<R(Arguments...)>() : copy_(object_);
  }

 private:
  using shared = detail::shared_function<R(Arguments...)>;
  template <class F>
  static shared copy(const void* object) {
    shared made;
    made.object_ = std::make_shared<F>(*static_cast<const F*>(object));
    made.call_ = [](void* held, Arguments... arguments) noexcept -> R {
      return (*static_cast<F*>(held))(static_cast<Arguments>(arguments)...);
    };
    return made;
  }

  const void* object_ = nullptr;
  shared (*copy_)(const void*) = nullptr;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_SHARED_FUNCTION_HPP
