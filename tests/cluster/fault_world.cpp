// SPDX-License-Identifier: MIT
// The C library's look-up of names and its wall clock, replaced for this program.
#include "tests/cluster/fault_world.hpp"

#if defined(__linux__)
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>

namespace fault_tests {
namespace {

struct known_names {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::vector<std::string>> addresses;
  std::map<std::string, bool> hangs;
};

known_names& names() {
  static known_names all;
  return all;
}

std::atomic<std::int64_t> clock_offset{0};  // seconds

using lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

lookup system_lookup() {
  static const auto found = reinterpret_cast<lookup>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return found;
}

bool is_ours(const char* name) { return name != nullptr && std::string_view(name).ends_with(".fault.test"); }

/// The system's own answer for numeric addresses, one behind the other.
int look_up(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  std::vector<std::string> addresses;
  {
    std::unique_lock lock(names().mutex);
    names().changed.wait(lock, [&] { return !names().hangs[name]; });
    addresses = names().addresses[name];
  }
  if (addresses.empty()) return EAI_NONAME;
  addrinfo numeric{};
  if (hints != nullptr) numeric = *hints;
  numeric.ai_flags = AI_NUMERICHOST;
  addrinfo** end = found;
  *found = nullptr;
  for (const std::string& address : addresses) {
    if (const int failed = system_lookup()(address.c_str(), service, &numeric, end); failed != 0)
      return failed;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return 0;
}

}  // namespace

void name_server::set(const std::string& name, std::vector<std::string> addresses) {
  const std::lock_guard lock(names().mutex);
  names().addresses[name] = std::move(addresses);
}

void name_server::hang(const std::string& name) {
  const std::lock_guard lock(names().mutex);
  names().hangs[name] = true;
}

void name_server::release(const std::string& name) {
  const std::lock_guard lock(names().mutex);
  names().hangs[name] = false;
  names().changed.notify_all();
}

void step_wall_clock(std::chrono::seconds by) noexcept { clock_offset += by.count(); }

black_hole::black_hole() {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  static_cast<void>(::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where));
  socklen_t size = sizeof where;
  static_cast<void>(::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size));
  port_ = ntohs(where.sin_port);
  static_cast<void>(::listen(listener_, 0));
  for (int i = 0; i < 8; ++i) {  // fills its queue
    const int caller = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    static_cast<void>(::connect(caller, reinterpret_cast<sockaddr*>(&where), sizeof where));
    callers_.push_back(caller);
  }
}

black_hole::~black_hole() {
  for (const int caller : callers_) ::close(caller);
  ::close(listener_);
}

}  // namespace fault_tests

// ThreadSanitizer asks for the time before anything is ready; no test of faults runs under it.
#if defined(__SANITIZE_THREAD__)
#define COODIE_TESTS_OWN_WORLD 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COODIE_TESTS_OWN_WORLD 0
#endif
#endif
#ifndef COODIE_TESTS_OWN_WORLD
#define COODIE_TESTS_OWN_WORLD 1
#endif

#if COODIE_TESTS_OWN_WORLD
extern "C" {

int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  return fault_tests::is_ours(name) ? fault_tests::look_up(name, service, hints, found)
                                    : fault_tests::system_lookup()(name, service, hints, found);
}

int clock_gettime(clockid_t id, timespec* now) noexcept {
  using function = int (*)(clockid_t, timespec*);
  static const auto system = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int failed = system(id, now);
  if (id == CLOCK_REALTIME && failed == 0)
    now->tv_sec += static_cast<time_t>(fault_tests::clock_offset.load(std::memory_order_relaxed));
  return failed;
}

}  // extern "C"
#endif
#endif
