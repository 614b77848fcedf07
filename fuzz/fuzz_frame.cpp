// SPDX-License-Identifier: MIT
// The frame reader: a stream of bytes is cut into frames, which are decompressed, and their preludes read.
#include "cluster/lz4.hpp"
#include "fuzz/message_fuzzing.hpp"

namespace {

using namespace message_fuzzing;

constexpr std::size_t max_plain = 1 << 20;
// An LZ4 body may grow 255-fold; a buffer grows to at most twice of what is asked for.
constexpr std::size_t decompression_multiple = 2 * 255;

void check_header(const std::byte* nine, const protocol::frame_header& header) {
  std::byte again[protocol::frame_header_size];
  store_frame_header(again, header);
  demand(same({nine, protocol::frame_header_size}, again), "a header is stored as it was loaded");
}

void check_prelude(const protocol::frame_header& header, protocol::reader body) {
  const bool request = header.version == protocol::request_version;
  const auto flags =
      static_cast<std::uint8_t>(request ? header.flags & protocol::frame_flag::custom_payload : header.flags);
  protocol::reader skipped = body;
  const byte_span input{body.position(), body.remaining()};
  protocol::frame_prelude prelude, again;
  const allocation_meter meter;
  const errc e = read_prelude(flags, body, prelude);
  demand(meter.peak() <= 1024 + 16 * input.size(), "a prelude's memory is bounded by the input");
  const errc skip = skip_prelude(flags, skipped);
  demand((e == errc::ok) == (skip == errc::ok), "skipping and reading agree");
  if (e != errc::ok) return;
  demand(skipped.position() == body.position(), "the message is in one place");
  protocol::byte_buffer out;
  protocol::writer to(out);
  write_prelude(to, flags, prelude);
  demand(to.error() == errc::ok, "what was read can be written");
  protocol::reader from(out.bytes());
  demand(read_prelude(flags, from, again) == errc::ok && from.empty(), "what was written can be read");
  demand(prelude.warnings == again.warnings, "warnings");
  demand(prelude.custom_payload.size() == again.custom_payload.size(), "payload");
}

// The body goes through compression and back.
void check_compression(const protocol::frame_header& header, byte_span plain) {
  protocol::byte_buffer out, scratch;
  protocol::writer to(out);
  const std::size_t start = begin_frame(to, header.code(), header.stream);
  to.write_raw(plain);
  end_frame(to, start);
  compress_frame(coodie::cluster_detail::lz4_compressor(), out, start, scratch, 0);
  protocol::frame_header packed;
  demand(parse_frame_header(out.data(), direction_of(header.code()), protocol::max_body_size, packed) ==
             errc::ok,
         "a compressed frame has a header");
  demand(packed.length + protocol::frame_header_size == out.size(), "its length is right");
  protocol::reader body;
  demand(decompress_body(&coodie::cluster_detail::lz4_compressor(), packed.flags,
                         out.bytes().subspan(protocol::frame_header_size), scratch, plain.size(),
                         body) == errc::ok,
         "a compressed frame is decompressed");
  demand(same({body.position(), body.remaining()}, plain), "to what it was");
}

void check_frame(const protocol::frame_header& header, byte_span raw) {
  const exact_copy content(raw);
  protocol::byte_buffer scratch;
  protocol::reader body;
  errc e = errc::ok;
  {
    const allocation_meter meter;
    e = decompress_body(&coodie::cluster_detail::lz4_compressor(), header.flags, content.bytes(), scratch,
                        max_plain, body);
    demand(meter.peak() <= 4096 + decompression_multiple * raw.size(),
           "decompressing is bounded by the input");
  }
  if (e != errc::ok) return demand(scratch.empty(), "nothing is left of a body that does not decompress");
  demand(body.remaining() <= max_plain, "the limit holds");
  check_prelude(header, body);
  check_compression(header, {body.position(), body.remaining()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  byte_span left{reinterpret_cast<const std::byte*>(data), size};
  while (left.size() >= protocol::frame_header_size) {
    const exact_copy nine(left.first(protocol::frame_header_size));
    protocol::frame_header header;
    const bool request = (std::to_integer<unsigned>(left[0]) & 0x80U) == 0;
    const errc e = parse_frame_header(nine.bytes().data(),
                                      request ? protocol::direction::request : protocol::direction::response,
                                      max_plain, header);
    check_header(nine.bytes().data(), header);
    if (e != errc::ok) return 0;
    left = left.subspan(protocol::frame_header_size);
    if (left.size() < header.length) return 0;
    check_frame(header, left.first(header.length));
    left = left.subspan(header.length);
  }
  return 0;
}
