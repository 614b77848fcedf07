// SPDX-License-Identifier: MIT
// The ways to ask that are measured: with the ORM, and with execute() on the driver.
#ifndef COODIE_BENCH_BENCH_OPERATIONS_HPP
#define COODIE_BENCH_BENCH_OPERATIONS_HPP

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "bench/bench_users.hpp"

// Each has start(token), which asks without blocking, ask(), which blocks, and take(answer), which uses what
// came and returns how many rows it was.

namespace bench {

/// What was read is used, so that the optimiser can't leave out the reading.
template <class Value>
void keep(const Value& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

template <class Row>
class orm_read {
 public:
  explicit orm_read(coodie::abstract_driver&) noexcept {}
  template <class Token>
  auto start(Token&& token) {
    return coodie::aio::get<Row>(ids_.next(), std::forward<Token>(token));
  }
  auto ask() { return coodie::sync::get<Row>(ids_.next()); }
  template <class Answer>
  static std::size_t take(const Answer& row) {
    keep(row);
    return 1;
  }

 private:
  row_ids ids_;
};

class orm_write {
 public:
  explicit orm_write(coodie::abstract_driver&) noexcept {}
  template <class Token>
  auto start(Token&& token) {
    values_.id = ids_.next();
    return coodie::aio::save(values_, std::forward<Token>(token));
  }
  static std::size_t take() noexcept { return 0; }

 private:
  row_ids ids_;
  user values_ = alice({});
};

template <class Row>
class orm_page {
 public:
  explicit orm_page(coodie::abstract_driver&) noexcept {}
  template <class Token>
  auto start(Token&& token) {
    return query_.all(std::forward<Token>(token));
  }
  template <class Rows>
  static std::size_t take(const Rows& rows) {
    for (const auto& row : rows) keep(row);
    return rows.size();
  }

 private:
  decltype(coodie::aio::find<Row>().limit(page_rows)) query_ = coodie::aio::find<Row>().limit(page_rows);
};

/// Each row of a result as a Row, by position.
template <class Row>
std::size_t take_rows(const coodie::result& rows) {
  for (const coodie::row from : rows) {
    Row to;
    const coodie::errc failures[] = {from.get(0, to.id),  from.get(1, to.name),  from.get(2, to.email),
                                     from.get(3, to.age), from.get(4, to.score), from.get(5, to.created)};
    for (const coodie::errc failure : failures) {
      if (failure == coodie::errc::ok) continue;
      std::fputs("coodie-bench: a row of bench.users is not as expected\n", stderr);
      std::exit(1);
    }
    keep(to);
  }
  return rows.size();
}

/// execute() with one value, or without.
template <class Row>
class raw_read {
 public:
  explicit raw_read(coodie::abstract_driver& driver) noexcept : driver_(driver) {}
  template <class Token>
  auto start(Token&& token) {
    return driver_.execute_async(text, {ids_.next()}, {.idempotent = true}, std::forward<Token>(token));
  }
  auto ask() { return driver_.execute(text, {ids_.next()}, {.idempotent = true}); }
  static std::size_t take(const coodie::result& rows) { return take_rows<Row>(rows); }

 private:
  static constexpr std::string_view text =
      "SELECT id, name, email, age, score, created FROM bench.users WHERE id = ?";
  coodie::abstract_driver& driver_;
  row_ids ids_;
};

class raw_write {
 public:
  explicit raw_write(coodie::abstract_driver& driver) noexcept : driver_(driver) {}
  template <class Token>
  auto start(Token&& token) {
    const user& u = values_;
    values_.id = ids_.next();
    return driver_.execute_async(text, {u.id, u.name, u.email, u.age, u.score, u.created},
                                 {.idempotent = true}, std::forward<Token>(token));
  }
  static std::size_t take(const coodie::result& nothing) {
    keep(nothing);
    return 0;
  }

 private:
  static constexpr std::string_view text =
      "INSERT INTO bench.users (id, name, email, age, score, created) VALUES (?, ?, ?, ?, ?, ?)";
  coodie::abstract_driver& driver_;
  row_ids ids_;
  user values_ = alice({});
};

template <class Row>
class raw_page {
 public:
  explicit raw_page(coodie::abstract_driver& driver) noexcept : driver_(driver) {}
  template <class Token>
  auto start(Token&& token) {
    return driver_.execute_async(text, {page_rows}, {.idempotent = true}, std::forward<Token>(token));
  }
  static std::size_t take(const coodie::result& rows) { return take_rows<Row>(rows); }

 private:
  static constexpr std::string_view text =
      "SELECT id, name, email, age, score, created FROM bench.users LIMIT ?";
  coodie::abstract_driver& driver_;
};

}  // namespace bench

#endif  // COODIE_BENCH_BENCH_OPERATIONS_HPP
