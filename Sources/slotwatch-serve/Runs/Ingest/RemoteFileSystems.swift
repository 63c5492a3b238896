import FoundationEssentials

/// File systems that others write to over a network, or in a way that the system does not tell.
enum RemoteFileSystems {
  private static let kinds = [
    "nfs", "cifs", "smb", "9p", "ceph", "fuse", "afs", "lustre", "gluster", "virtiofs", "vboxsf",
  ]

  /// Whether a device is one of them, as far as the system's list of mounts says.
  static func contain(device: UInt64) -> Bool {
    guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return true }
    return contain(device: device, mounts: mounts)
  }

  /// The same by a list of mounts: `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`.
  static func contain(device: UInt64, mounts: String) -> Bool {
    let number = "\(major(device)):\(minor(device))"
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 3, fields[2] == number, let mark = fields.lastIndex(of: "-"), mark + 1 < fields.count
      else { continue }
      return kinds.contains { fields[mark + 1].hasPrefix($0) }
    }
    return false
  }

  private static func major(_ device: UInt64) -> UInt64 { device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000 }
  private static func minor(_ device: UInt64) -> UInt64 { device & 0xFF | device >> 12 & 0xFFFF_FF00 }
}
