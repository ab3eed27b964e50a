# Thin: each target does all its own set-up on a fresh Debian 12, packages included.
BUILD = cmake --preset $(1) && cmake --build --preset $(1)

.PHONY: demo test bench deb test-deb test-clients test-asan test-tsan format clean

# KEEP=1 stays up; UPSTREAM=host:port uses a real MatrixOne.
demo:
	@tests/install_packages.sh build test
	@$(call BUILD,dev) --target mogate mogate_simulator
	@tests/demo/run

test:
	@tests/install_packages.sh build test
	@tests/run

# ROUNDS=n, QUICK=1, PEERS=floor,mogate, WORKLOADS=regex.
bench:
	@tests/install_packages.sh build test bench
	@$(call BUILD,release) --target mogate mogate_bench_floor mogate_bench_load
	@tests/bench/run

# build/package/mogate_VERSION_ARCH.deb
deb:
	@tests/install_packages.sh build deb
	@$(call BUILD,package) --target mogate
	@cd build/package && cpack -G DEB

# Installs it in a bare Debian 12 (debootstrap, as root).
test-deb: deb
	@tests/install_packages.sh build test test-deb
	@$(call BUILD,dev) --target mogate_simulator
	@tests/packaging/run

# SUITES="name ..." chooses; MOGATE_TEST_UPSTREAM=host:port is a MatrixOne to test against, in place of a MariaDB.
test-clients:
	@tests/install_packages.sh build test clients
	@$(call BUILD,dev) --target mogate mogate_simulator
	@tests/clients/run $(or $(SUITES),all)

test-asan test-tsan: test-%:
	@tests/install_packages.sh build test
	@$(call BUILD,$*)
	@ctest --preset $*

format:
	@tests/install_packages.sh format
	@git ls-files '*.c' '*.cc' '*.h' | xargs clang-format -i

clean:
	rm -rf build
