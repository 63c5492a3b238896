// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with. Warnings are errors, here and in CI alike.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The program that starts fast needs no shared library, and has next to nothing to relocate. That is for releases:
/// checkers of memory and threads need the system's own libraries.
let allInOne: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-executable", "-l_FoundationCShims", "-l_FoundationCollections"], .when(configuration: .release))
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Arrows point down only: a target imports what its own line names and nothing else.
let package = Package(
  name: "slotwatch",
  products: [
    .library(name: "SlotStats", targets: ["SlotStats"]),
    .library(name: "JobPipeline", targets: ["JobPipeline"]),
    .library(name: "JobStore", targets: ["JobStore"]),
    .library(name: "JobLifecycle", targets: ["JobLifecycle"]),
    .executable(name: "slotwatch", targets: ["slotwatch"]),
    .executable(name: "slotwatch-serve", targets: ["slotwatch-serve"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
  ],
  targets: [
    // The domain and the service.
    .target(name: "SlotStats", swiftSettings: strict),

    // Files: those that change, and databases in them.
    .target(name: "FileWatching", swiftSettings: strict),
    .target(
      name: "SQLiteFiles",
      dependencies: [
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),

    // Jobs and those who work them.
    .target(name: "JobPipeline", dependencies: ["SlotStats"], swiftSettings: strict),
    .target(
      name: "JobStore",
      dependencies: ["JobPipeline", "SlotStats", "SQLiteFiles", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),

    .target(
      name: "JobLifecycle",
      dependencies: ["JobPipeline", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")],
      swiftSettings: strict),

    .target(name: "FleetSimulator", dependencies: ["JobPipeline", "SlotStats"], swiftSettings: strict),

    // Formats and sources.
    .target(name: "StatsFormats", dependencies: ["SlotStats"], swiftSettings: strict),
    .target(name: "SnapshotSource", dependencies: ["SlotStats", "StatsFormats"], swiftSettings: strict),
    .target(name: "StateFiles", dependencies: ["SlotStats", "StatsFormats"], swiftSettings: strict),

    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: strict),
    .target(
      name: "HTTPTransport",
      dependencies: [
        "Gzip", "ProcessIO",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .target(
      name: "RemoteSources", dependencies: ["SlotStats", "StatsFormats", "HTTPTransport"], swiftSettings: strict),

    .target(
      name: "PrometheusSource", dependencies: ["SlotStats", "StatsFormats", "HTTPTransport", "RemoteSources"],
      swiftSettings: strict),

    // Alerts.
    .target(
      name: "Notifications", dependencies: ["SlotStats", "StatsFormats", "HTTPTransport", "ProcessIO", "TerminalUI"],
      swiftSettings: strict),

    // Events.
    .target(
      name: "EventStore",
      dependencies: [
        "SlotStats", "StatsFormats", "FileWatching", "SQLiteFiles", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),

    // The server.
    .target(
      name: "StatsServer",
      dependencies: [
        "SlotStats", "StatsFormats", "Gzip",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // The terminal.
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "CTerminal"),
    .target(name: "TerminalUI", swiftSettings: strict),
    .target(
      name: "NcursesTerminal", dependencies: ["CNcurses", "CTerminal", "TerminalUI"], swiftSettings: strict),

    // The process.
    .target(name: "CMemory"),
    .target(name: "ProcessIO", swiftSettings: strict),

    // What a person sees.
    .target(name: "StatsReports", dependencies: ["SlotStats", "StatsFormats", "TerminalUI"], swiftSettings: strict),
    .target(name: "Dashboard", dependencies: ["SlotStats", "StatsFormats", "TerminalUI"], swiftSettings: strict),
    .target(
      name: "DashboardRuntime", dependencies: ["SlotStats", "TerminalUI", "Dashboard", "CMemory"],
      swiftSettings: strict),

    // The programs: what both have, the one that starts fast, and the one that has everything.
    .target(
      name: "ReadingCommands",
      dependencies: [
        "SlotStats", "StatsFormats", "SnapshotSource", "StateFiles", "StatsReports", "TerminalUI", "NcursesTerminal",
        "Dashboard", "DashboardRuntime", "ProcessIO", "CMemory",
      ],
      resources: [.embedInCode("../../assets/sample.snapshot.json")],
      swiftSettings: strict),
    .executableTarget(
      name: "slotwatch", dependencies: ["ReadingCommands", "ProcessIO"], swiftSettings: strict,
      linkerSettings: allInOne),
    .executableTarget(
      name: "slotwatch-serve",
      dependencies: [
        "SlotStats", "StatsFormats", "StateFiles", "StatsReports", "TerminalUI", "ReadingCommands", "ProcessIO",
        "CMemory", "HTTPTransport", "RemoteSources", "PrometheusSource", "Notifications", "Gzip", "FileWatching",
        "EventStore", "JobPipeline", "FleetSimulator", "StatsServer", argumentParser,
        .product(name: "TOMLKit", package: "TOMLKit"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // Tests.
    .target(
      name: "SlotStatsTesting", dependencies: ["SlotStats", "StatsFormats", "TerminalUI"], swiftSettings: strict),
    .testTarget(name: "SlotStatsTests", dependencies: ["SlotStats", "SlotStatsTesting"], swiftSettings: strict),
    .target(
      name: "JobPipelineTesting", dependencies: ["JobPipeline", "SlotStats", "SlotStatsTesting"],
      path: "Tests/JobPipelineTesting", swiftSettings: strict),
    .testTarget(
      name: "JobPipelineTests",
      dependencies: [
        "JobLifecycle", "JobPipeline", "JobPipelineTesting", "JobStore", "SlotStats", "SlotStatsTesting",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "JobWorkerProcess",
      dependencies: [
        "EventStore", "JobLifecycle", "JobPipeline", "JobStore", "SlotStats",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Tests/JobWorkerProcess", swiftSettings: strict),
    .testTarget(
      name: "FleetSimulatorTests",
      dependencies: ["FleetSimulator", "JobPipeline", "JobPipelineTesting", "SlotStats", "SlotStatsTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "StatsFormatsTests", dependencies: ["StatsFormats", "SlotStats", "SlotStatsTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "SnapshotSourceTests",
      dependencies: ["SnapshotSource", "StatsFormats", "SlotStats", "SlotStatsTesting"], swiftSettings: strict),
    .testTarget(
      name: "StateFilesTests", dependencies: ["StateFiles", "StatsFormats", "SlotStats", "SlotStatsTesting"],
      swiftSettings: strict),
    .executableTarget(
      name: "PanelStandIn",
      dependencies: [
        "SlotStats", "StatsFormats", argumentParser,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      path: "Tests/PanelStandIn", swiftSettings: strict),
    .target(
      name: "HTTPTransportTesting",
      dependencies: [
        "HTTPTransport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      path: "Tests/HTTPTransportTesting", swiftSettings: strict),
    .testTarget(
      name: "HTTPTransportTests",
      dependencies: [
        "HTTPTransport", "HTTPTransportTesting", "SlotStatsTesting", "Gzip", "CZlib",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      exclude: ["Certificates"], swiftSettings: strict),
    .testTarget(
      name: "RemoteSourcesTests",
      dependencies: [
        "RemoteSources", "HTTPTransport", "HTTPTransportTesting", "PanelStandIn", "StatsFormats", "SlotStats",
        "SlotStatsTesting",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PrometheusSourceTests",
      dependencies: ["PrometheusSource", "StatsFormats", "SlotStats", "SlotStatsTesting"], swiftSettings: strict),
    .testTarget(
      name: "NotificationsTests",
      dependencies: [
        "Notifications", "SlotStats", "StatsFormats", "HTTPTransport", "HTTPTransportTesting", "SlotStatsTesting",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "NotifierProcess", dependencies: ["Notifications", "SlotStats"], path: "Tests/NotifierProcess",
      swiftSettings: strict),
    .testTarget(
      name: "EventStoreTests",
      dependencies: [
        "EventStore", "FileWatching", "StatsFormats", "SlotStats", "SlotStatsTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "StatsServerTests",
      dependencies: [
        "StatsServer", "StatsFormats", "SlotStats", "SlotStatsTesting",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI"], swiftSettings: strict),
    .testTarget(
      name: "NcursesTerminalTests", dependencies: ["NcursesTerminal", "CNcurses", "CTerminal", "TerminalUI"],
      swiftSettings: strict),
    .testTarget(
      name: "StatsReportsTests",
      dependencies: ["StatsReports", "StatsFormats", "SnapshotSource", "SlotStats", "SlotStatsTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "DashboardTests",
      dependencies: [
        "Dashboard", "SlotStats", "StatsFormats", "SnapshotSource", "TerminalUI", "SlotStatsTesting",
      ],
      exclude: ["Goldens", "Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "DashboardRuntimeTests",
      dependencies: ["DashboardRuntime", "Dashboard", "SlotStats", "TerminalUI", "SlotStatsTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "ProcessIOTests", dependencies: ["ProcessIO", "SlotStatsTesting"], swiftSettings: strict),
    .testTarget(
      name: "ReadingCommandsTests",
      dependencies: ["ReadingCommands", "ProcessIO", "SlotStats", "SlotStatsTesting"], swiftSettings: strict),
    .testTarget(
      name: "slotwatchTests",
      dependencies: [
        "slotwatch-serve", "ReadingCommands", "ProcessIO", "SlotStats", "SnapshotSource", "HTTPTransport",
        "RemoteSources", "PrometheusSource", "Notifications", "EventStore", "JobPipeline", "FleetSimulator",
        "StatsFormats", "TerminalUI",
        "SlotStatsTesting", argumentParser,
        .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "SlotStats", "StatsFormats", "SnapshotSource", "EventStore", "TerminalUI", "Dashboard", "SlotStatsTesting",
      ],
      path: "Tests/Benchmarks", swiftSettings: strict),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "SlotStats", "StatsFormats", "TerminalUI", "Gzip", "CZlib", "HTTPTransport", "RemoteSources",
        "StatsServer", "SlotStatsTesting", .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      path: "Tests/Fuzz", swiftSettings: strict),
  ]
)
