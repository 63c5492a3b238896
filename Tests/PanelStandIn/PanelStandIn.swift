import Hummingbird

@main
struct PanelStandIn {
  static func main() {}
}
