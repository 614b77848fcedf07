// SPDX-License-Identifier: MIT
// Starts an operation of the ORM on a driver by name.
#ifndef COODIE_ORM_ASYNC_CALL_HPP
#define COODIE_ORM_ASYNC_CALL_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "driver/registry.hpp"
#include "driver/run_async.hpp"
#include "orm/model.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Stands for a driver that is not there: ends every request with the error of get_driver().
class missing_driver final : public abstract_driver {
 public:
  missing_driver(error_code code, const diagnostics& diag) : code_(code), sentence_(diag.message()) {}
  void start(protocol::request& what) noexcept override {
    what.on_failure(what, {.code = code_, .text = sentence_});
  }
  void close() noexcept override {}

 private:
  error_code code_;
  std::string sentence_;
};

/// Answers every request with a RESULT that is void, at once: for what is known without asking.
class void_driver final : public abstract_driver {
 public:
  /// The only one that is needed.
  [[nodiscard]] static std::shared_ptr<abstract_driver> shared() {
    static const auto only = std::make_shared<void_driver>();
    return only;
  }
  void start(protocol::request& what) noexcept override {
    static constexpr std::byte body[] = {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
    what.on_result(what, {.code = protocol::opcode::result, .body = protocol::reader(body)});
  }
  void close() noexcept override {}
};

[[nodiscard]] inline std::shared_ptr<abstract_driver> find_driver_or_tell(std::string_view name) {
  error_code ec;
  diagnostics diag;
  if (auto found = get_driver(name, ec, diag)) return found;
  return std::make_shared<missing_driver>(ec, diag);
}
[[nodiscard]] inline std::shared_ptr<abstract_driver> find_driver(std::string_view name) {
  if (name.empty()) [[likely]]
    if (auto found = default_driver()) return found;
  return find_driver_or_tell(name);
}

/// Takes the place of an operation that the compiler has refused.
template <class Result>
struct refused_operation {
  using result_type = Result;
  void prepare_request(protocol::request&) const noexcept {}
  [[nodiscard]] std::size_t values_size() const noexcept { return 0; }
  std::byte* put_values(std::byte* to) const noexcept { return to; }
  [[nodiscard]] errc consume(const protocol::response&, bool&, diagnostics*) const noexcept {
    return errc::ok;
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return {}; }
  Result take() const { return Result(); }
};

// What stands behind the arguments of an aio function: nothing, a completion token, or diagnostics& and then
// perhaps a token.
template <class Op>
auto start_on(std::shared_ptr<abstract_driver> driver, Op&& op) {
  return run_async(std::move(driver), std::forward<Op>(op), default_token);
}
template <class Op, class Token>
auto start_on(std::shared_ptr<abstract_driver> driver, Op&& op, Token&& token) {
  if constexpr (std::is_same_v<Token, diagnostics&>)
    return run_async(std::move(driver), std::forward<Op>(op), default_token, &token);
  else
    return run_async(std::move(driver), std::forward<Op>(op), std::forward<Token>(token));
}
template <class Op, class Token>
auto start_on(std::shared_ptr<abstract_driver> driver, Op&& op, diagnostics& diag, Token&& token) {
  return run_async(std::move(driver), std::forward<Op>(op), std::forward<Token>(token), &diag);
}

template <class Op, class... Tail>
auto call_async(std::string_view driver_name, Op&& op, Tail&&... tail) {
  return start_on(find_driver(driver_name), std::forward<Op>(op), std::forward<Tail>(tail)...);
}
template <class Result, class... Tail>
auto refuse_async(Tail&&... tail) {
  // Without exceptions there is nothing to return where the token is missing too; the refusal has been said
  // already.
  if constexpr (COODIE_HAS_EXCEPTIONS || sizeof...(Tail) != 0)
    return start_on(nullptr, refused_operation<Result>(), std::forward<Tail>(tail)...);
}

/// The tail does not begin with the options, which have an overload of their own.
template <class Options, class... Tail>
inline constexpr bool begins_with = false;
template <class Options, class First, class... Rest>
inline constexpr bool begins_with<Options, First, Rest...> =
    std::is_same_v<std::remove_cvref_t<First>, Options>;

/// g++ before 14 destroys a temporary aggregate in a co_await expression twice.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
inline constexpr bool temporaries_break = true;
#else
inline constexpr bool temporaries_break = false;
#endif
template <class Object>
inline constexpr bool needs_name = temporaries_break && !std::is_lvalue_reference_v<Object> &&
                                   std::is_aggregate_v<std::remove_cvref_t<Object>> &&
                                   !std::is_trivially_destructible_v<std::remove_cvref_t<Object>>;

/// Refuses a temporary object.
template <class Object>
consteval void report_temporary() noexcept {
  static_assert(
      !needs_name<Object>,
      "coodie: name the object first (auto user = ...; co_await save(user)): this g++ destroys a temporary "
      "inside co_await twice");
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_ASYNC_CALL_HPP
