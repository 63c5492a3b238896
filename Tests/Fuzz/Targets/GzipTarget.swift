import CZlib
import Gzip

/// This text as gzip makes it.
private func packed(_ bytes: [UInt8], level: Int32) -> [UInt8] {
  var stream = z_stream()
  // The compressor keeps the address of its stream.
  return withUnsafeMutablePointer(to: &stream) { stream in
    deflateInit2_(
      stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)
    )
    defer { deflateEnd(stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(bytes.count)))))
    let room = UInt32(output.count)
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = room
        deflate(stream, Z_FINISH)
      }
    }
    return Array(output.prefix(Int(stream.pointee.total_out)))
  }
}

private struct Inflated: Equatable {
  var bytes: [UInt8] = []
  var end = "whole"
}

private let limit = 1 << 20

private func inflate(_ pieces: [[UInt8]]) throws -> Inflated {
  var result = Inflated()
  let inflater = try GzipInflater()
  do throws(GzipInflater.Failure) {
    for piece in pieces {
      let fits = try piece.withUnsafeBytes { piece in
        Result { () throws(GzipInflater.Failure) in
          try inflater.inflate(piece) { bytes in
            guard result.bytes.count + bytes.count <= limit else { return false }
            result.bytes.append(contentsOf: bytes)
            return true
          }
        }
      }.get()
      if !fits { return Inflated(end: "too much") }
    }
    try inflater.finish()
  } catch {
    result.end = "\(error)"
  }
  return result
}

/// Packed bodies, in pieces and whole.
let gzipTarget = FuzzTarget(
  name: "gzip",
  seeds: {
    let text = Array(repeating: Array("{\"slot_id\":\"slot-001\"}\n".utf8), count: 40).flatMap(\.self)
    let (short, long) = (packed(text, level: 9), packed(Array(repeating: 0, count: 3 << 20), level: 9))
    return [short, packed(text, level: 0), packed([], level: 1), short + short, short + [0], long]
  }
) { bytes in
  var random = bytes.numbers
  let whole = try inflate([bytes])
  try expect(whole.bytes.count <= limit, "more came out than was wanted")
  let pieced = try inflate(bytes.pieces(&random))
  try expect(
    pieced == whole,
    "pieces give \(pieced.end), \(pieced.bytes.count) bytes; the whole \(whole.end), \(whole.bytes.count)")
  return "\(whole.end) \(whole.bytes.count.bitWidth - whole.bytes.count.leadingZeroBitCount)"
}
