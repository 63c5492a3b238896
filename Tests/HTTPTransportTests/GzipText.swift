import CZlib

/// This text as gzip makes it.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  // The compressor keeps the address of its stream.
  return withUnsafeMutablePointer(to: &stream) { stream in
    deflateInit2_(
      stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(bytes.count))))
    let capacity = output.count
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(capacity)
        deflate(stream, Z_FINISH)
      }
    }
    return Array(output.prefix(Int(stream.pointee.total_out)))
  }
}
