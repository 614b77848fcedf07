// SPDX-License-Identifier: MIT
// The mock server's engine: statements, one a line, on a cluster with a few tables. Pages of one row give the
// rows of one page, whatever was written.
#include <string>
#include <string_view>

#include "fuzz/message_fuzzing.hpp"
#include "tests/mock/engine.hpp"

namespace {

using namespace coodie::testing;
using message_fuzzing::demand;

constexpr std::string_view setup[] = {
    "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
    "USE k",
    "CREATE TYPE u (a int, b text)",
    "CREATE TABLE t (k int, c int, d text, s int static, v int, l list<int>, m map<text, int>, st set<int>, "
    "u u, "
    "f frozen<list<int>>, PRIMARY KEY (k, c, d)) WITH CLUSTERING ORDER BY (c DESC, d ASC)",
    "CREATE TABLE n (k text PRIMARY KEY, n counter)",
    "CREATE INDEX ON t (v)",
    "INSERT INTO t (k, c, d, s, v, l) VALUES (1, 1, 'a', 5, 1, [1, 2])",
    "INSERT INTO t (k, c, d, v) VALUES (1, 2, 'b', 2)",
};

store::cluster_description describe() {
  store::cluster_description cluster;
  cluster.nodes.push_back({"127.0.0.1", 9042, "datacenter1", "rack1", store::host_id_of_node(0), {0}});
  return cluster;
}

class session {
 public:
  session() : engine_(describe()) {
    for (const auto text : setup) demand(!run(text, 0).empty(), "the tables are made");
  }

  // The cells of the rows; nothing when the statement is refused.
  std::string run(std::string_view text, std::int32_t page_size) {
    std::shared_ptr<store::planned_statement> planned;
    if (engine_.prepare(text, session_.keyspace, planned)) return {};
    if (!planned->parsed.markers.empty()) return {};
    std::string cells = "+";
    store::query_context context;
    context.page_size = page_size;
    for (int pages = 0; pages < 1000; ++pages) {
      store::answer answer;
      if (engine_.execute(*planned, {{}, {}}, context, session_, answer)) return {};
      cells += answer.rows.cells;
      if (page_size > 0 && !answer.rows.columns.empty() && answer.rows.paging_state)
        demand(answer.rows.count == static_cast<std::uint32_t>(page_size), "a page that has another is full");
      if (!answer.rows.paging_state) break;
      context.paging_state = answer.rows.paging_state;
    }
    return cells;
  }

  // Whether what the statement gives is the same at each call.
  static bool is_stable(std::string_view text) {
    for (const std::string_view changing : {"now", "uuid", "current", "ttl", "TTL", "system", "Now", "NOW"})
      if (text.find(changing) != std::string_view::npos) return false;
    return text.starts_with("SELECT ") || text.starts_with("select ");
  }

 private:
  store::engine engine_;
  store::engine_session session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  session one;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::string whole = one.run(line, 0);
    if (whole.empty() || !session::is_stable(line)) continue;
    // A query of several partitions that is ordered can't be paged.
    const std::string paged = one.run(line, 1);
    demand(paged.empty() || paged == whole, "pages of one row give the rows of one page");
  }
  return 0;
}
