internal import Glibc

/// A thread of the system, started at once.
///
/// `@unchecked Sendable`: the handle is set before anybody else has the object and never again.
final class Thread: @unchecked Sendable {
    private var handle = pthread_t()

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    init(_ run: @escaping () -> Void) {
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(
            &handle,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        precondition(code == 0, "no thread")
    }

    func wait() {
        pthread_join(handle, nil)
    }
}
