// SPDX-License-Identifier: MIT
// Every statement of tests/mock/answers gives what a real Cassandra answered, byte for byte.
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/values/hex.hpp"
#include "protocol/values/marshal_type.hpp"
#include "tests/catch.hpp"
#include "tests/mock/engine.hpp"

namespace {

using namespace coodie::testing;

std::string type_text(const coodie::cql_type& type) {
  const auto join = [&](std::string_view name) {
    std::string text(name);
    for (std::size_t i = 0; i < type.parameters.size(); ++i)
      text += (i == 0 ? "<" : ",") + type_text(type.parameters[i]);
    return text + '>';
  };
  switch (type.id) {
    case coodie::type_id::list: return join("list");
    case coodie::type_id::set: return join("set");
    case coodie::type_id::map: return join("map");
    case coodie::type_id::tuple: return join("tuple");
    case coodie::type_id::udt: {
      std::string text = type.name + '{';
      for (std::size_t i = 0; i < type.parameters.size(); ++i)
        text += (i == 0 ? "" : ",") + type.field_names[i] + ':' + type_text(type.parameters[i]);
      return text + '}';
    }
    case coodie::type_id::duration:
    case coodie::type_id::vector: {  // custom types of v4
      std::string text = '\'' + coodie::to_marshal(type) + '\'';
      std::erase(text, ' ');
      return text;
    }
    default: return coodie::to_cql(type);
  }
}

std::string hex(std::string_view bytes) {
  std::string text;
  coodie::detail::append_hex(text, bytes);
  return text;
}

template <class Columns>
std::string columns_text(const Columns& columns) {
  std::string text;
  for (const auto& column : columns)
    text += (text.empty() ? "" : "|") + column.name + ' ' + type_text(column.type);
  return text;
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// Plays a file: what it says is asked, and what is answered is written in its form.
class player {
 public:
  player() : engine_(describe()) {
    ask("CREATE KEYSPACE mock_answers WITH replication = {'class': 'SimpleStrategy', 'replication_factor': "
        "1}");
    ask("USE mock_answers");
  }

  std::vector<std::string> play(const std::string& line) {
    lines_.clear();
    if (line[0] == '>') ask(line.substr(2));
    if (line[0] == '?') prepare(line.substr(2));
    if (line[0] == '<') execute(line.substr(2));
    if (line[0] == '@') set_levels(line.substr(2));
    return lines_;
  }

 private:
  static store::cluster_description describe() {
    store::cluster_description cluster;
    cluster.name = "recorded";
    cluster.nodes.push_back({"127.0.0.1", 9042, "datacenter1", "rack1", store::host_id_of_node(0), {0}});
    return cluster;
  }

  void refuse(const cql::refusal& why) {
    std::ostringstream text;
    text << "! " << std::hex;
    text.width(4);
    text.fill('0');
    text << why.why().code;
    text << std::dec << ' ' << why.why().message.substr(0, why.why().message.find('\n'));
    if (why.why().code == 0x1000)
      text << "; " << to_string(why.why().consistency) << ' ' << why.why().required << ' ' << why.why().alive;
    lines_.push_back(text.str());
  }

  void show_rows(const store::result_rows& rows) {
    coodie::protocol::reader in(store::as_bytes(rows.cells));
    for (std::uint32_t i = 0; i < rows.count; ++i) {
      std::string line = "- ";
      for (std::size_t k = 0; k < rows.columns.size(); ++k) {
        coodie::protocol::bytes_view cell;
        REQUIRE(in.read_bytes(cell) == coodie::errc::ok);
        line += (k == 0 ? "" : "|") + (cell.is_null() ? "null" : hex(store::as_octets(cell.bytes())));
      }
      lines_.push_back(line);
    }
    CHECK(in.empty());
  }

  // One page; the state of the next one, if there is one.
  std::optional<std::string> run(store::planned_statement& statement, store::query_context context,
                                 const std::vector<coodie::protocol::bytes_view>& values, bool first,
                                 bool to_prepared) {
    store::answer answer;
    if (const auto refused =
            engine_.execute(statement, {values, {}, to_prepared}, std::move(context), session_, answer))
      return refuse(refused), std::nullopt;
    if (answer.kind != store::answer_kind::rows) return lines_.emplace_back("."), std::nullopt;
    if (first) lines_.push_back("= " + columns_text(answer.rows.columns));
    show_rows(answer.rows);
    return answer.rows.paging_state;
  }

  void set_levels(const std::string& names) {
    const auto parts = split_at(names, ' ');
    levels_ = {};
    REQUIRE(coodie::parse(parts[0], levels_.consistency) == coodie::errc::ok);
    if (parts.size() > 1) REQUIRE(coodie::parse(parts[1], levels_.serial_consistency) == coodie::errc::ok);
  }

  void ask(std::string statement) {
    store::query_context context = levels_;
    context.page_size = 5000;
    if (statement[0] == '%') {
      context.page_size = std::stoi(statement.substr(1));
      statement.erase(0, statement.find(' ') + 1);
    }
    std::shared_ptr<store::planned_statement> planned;
    if (const auto refused = engine_.prepare(statement, session_.keyspace, planned)) return refuse(refused);
    for (bool first = true;; first = false) {
      context.paging_state = run(*planned, context, {}, first, false);
      if (!context.paging_state) break;
      lines_.emplace_back("~");
    }
  }

  void prepare(const std::string& statement) {
    prepared_.reset();
    if (const auto refused = engine_.prepare(statement, session_.keyspace, prepared_)) {
      prepared_.reset();
      return refuse(refused);
    }
    std::string indexes;
    for (const auto index : prepared_->pk_indexes)
      indexes += (indexes.empty() ? "" : ",") + std::to_string(index);
    lines_.push_back("* " + columns_text(prepared_->markers) + "; " + indexes + "; " +
                     columns_text(prepared_->columns));
  }

  void execute(const std::string& texts) {
    if (!prepared_) return;
    const auto parts = split_at(texts, '|');
    std::vector<std::string> bytes(parts.size());
    std::vector<coodie::protocol::bytes_view> values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == "null" || parts[i] == "unset") {
        values.push_back({nullptr, parts[i] == "null" ? -1 : -2});
        continue;
      }
      REQUIRE(coodie::detail::hex_text(parts[i], bytes[i]));
      values.push_back(store::as_value(store::octets_view(bytes[i])));
    }
    store::query_context context = levels_;
    context.page_size = 5000;
    run(*prepared_, context, values, true, true);
  }

  store::engine engine_;
  store::engine_session session_;
  std::shared_ptr<store::planned_statement> prepared_;
  std::vector<std::string> lines_;
  store::query_context levels_;  // consistency and serial consistency of what follows
};

// Of syntax errors only the code counts: their words are those of Cassandra's parser generator.
std::string comparable(const std::string& line) { return line.starts_with("! 2000") ? "! 2000" : line; }

void play_file(const std::string& name) {
  std::ifstream file("tests/mock/answers/" + name);
  REQUIRE(file.is_open());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  player plays;
  std::size_t statements = 0;
  for (std::size_t i = 0; i < lines.size(); ++statements) {
    const std::string statement = lines[i++];
    std::vector<std::string> expected, answered;
    for (; i < lines.size() && std::string_view(">?<@").find(lines[i][0]) == std::string_view::npos; ++i)
      expected.push_back(comparable(lines[i]));
    for (const auto& line : plays.play(statement)) answered.push_back(comparable(line));
    INFO(statement);
    CHECK(answered == expected);
  }
  CHECK(statements > 40);
}

}  // namespace

TEST_CASE("recorded answers: the basic rules of each statement") { play_file("basics.txt"); }
TEST_CASE("recorded answers: schema statements") { play_file("schema.txt"); }
TEST_CASE("recorded answers: types of columns") { play_file("types.txt"); }
TEST_CASE("recorded answers: constants, functions and aggregates") { play_file("constants.txt"); }
TEST_CASE("recorded answers: WHERE clauses") { play_file("where.txt"); }
TEST_CASE("recorded answers: rows, timestamps, conditions, batches, counters") { play_file("rows.txt"); }
TEST_CASE("recorded answers: collections, user types, indexes, orders") { play_file("columns.txt"); }
TEST_CASE("recorded answers: prepared statements") { play_file("prepared.txt"); }
TEST_CASE("recorded answers: pages") { play_file("paging.txt"); }
TEST_CASE("recorded answers: mixed orders") { play_file("orders.txt"); }
TEST_CASE("recorded answers: timestamps and tombstones") { play_file("timestamps.txt"); }
TEST_CASE("recorded answers: consistency levels") { play_file("consistency.txt"); }
TEST_CASE("recorded answers: conditions") { play_file("conditions.txt"); }
TEST_CASE("recorded answers: relations and filtering") { play_file("filters.txt"); }
TEST_CASE("recorded answers: literals, functions and names") { play_file("literals.txt"); }
