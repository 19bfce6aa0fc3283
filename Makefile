.DEFAULT_GOAL := help
.PHONY: help build check test test-all lint fmt docs snapshots hosts bench cluster cluster-down kubeconfig

# Crates that compute and nothing else, and what must not be anywhere below them.
PURE   := terraform kre-core
IMPURE := async-nats getrandom hyper kube kube-client mio mongodb rand reqwest rustls socket2 tokio tonic

# Go modules of ours, and the flags with which all of them are built: others compile all of Kubernetes
# again.
GO_MODULES := $(patsubst %/go.mod,%,$(wildcard tests/cluster/*/go.mod tests/cluster/*/*/go.mod))
GO_FLAGS   := -trimpath -buildvcs=false -mod=readonly

# What starts, ends and finds the test cluster; it builds what is missing.
CLUSTER := cargo run --locked --quiet --package cluster --

# Tests that `cargo test` leaves out, since they need hosts, servers or clusters. They are built with the
# whole workspace: a part of it would have other features, and be compiled anew with all below it.
ASKED_FOR := hosts contract acceptance tier1 tier2 kubernetes

# The faster runner where it is installed; nothing depends on it.
CARGO_TEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo cargo nextest run --locked || echo cargo test --locked)

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Builds the release binary, target/release/terraform-provider-kre
	cargo build --locked --release --package terraform-provider-kre

check: lint ## Everything that needs neither a host nor a cluster: seconds when warm
	$(CARGO_TEST) --workspace

test: ## Every test, with hosts and a Kubernetes; sets up what it needs
	$(CARGO_TEST) --workspace
	cargo test --locked --doc --workspace --exclude tfplugin
	$(CARGO_TEST) --workspace --test hosts --test contract
	@# Not with a runner that gives each test a process: they share clusters.
	cargo test --locked --workspace --test acceptance -- --skip tier2
	cargo test --locked --workspace --test acceptance tier2
	cargo test --locked --workspace --test tier1
	cargo test --locked --workspace --test tier2
	cargo test --locked --workspace --test kubernetes
	@$(MAKE) --no-print-directory test-go

test-all: ## The same with both hosts throughout, and the whole kill matrix: takes long
	@KRE_TEST_MATRIX=all KRE_TEST_HOSTS=all $(MAKE) --no-print-directory test

.PHONY: test-go
test-go:
	@# Not from the cache of results: some modules test files of others.
	@for module in $(GO_MODULES); do \
	  echo "go test $$module"; \
	  (cd $$module && CGO_ENABLED=0 GOWORK=off nice go test -count=1 $(GO_FLAGS) ./...) || exit 1; \
	done

lint: lint-rust lint-purity lint-go lint-hcl ## Format, clippy, rustdoc, purity, dependencies, Go, HCL

.PHONY: lint-rust lint-purity lint-go lint-hcl
lint-rust:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked --workspace $(addprefix --test ,$(ASKED_FOR)) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items --workspace --exclude tfplugin
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --locked check bans licenses sources; \
	  else echo "skipped: cargo-deny is not installed"; fi

lint-purity:
	@for crate in $(PURE); do \
	  below=$$(cargo tree --locked --edges normal --package $$crate --prefix none --format '{p}') || exit 1; \
	  for impure in $(IMPURE); do \
	    if echo "$$below" | grep -q "^$$impure "; then \
	      echo "$$crate is not pure: it depends on $$impure" >&2; exit 1; fi; \
	  done; \
	done

lint-go:
	@if ! command -v go >/dev/null; then echo "skipped: Go is not installed"; exit 0; fi; \
	unformatted=$$(gofmt -l tests) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted" >&2; exit 1; fi; \
	for module in $(GO_MODULES); do \
	  (cd $$module && CGO_ENABLED=0 GOWORK=off nice go vet $(GO_FLAGS) ./...) || exit 1; \
	done

lint-hcl:
	@if command -v terraform >/dev/null; then \
	  TF_CLI_CONFIG_FILE=/dev/null terraform fmt -check -recursive examples tests/conformance/examples; \
	  else echo "skipped: terraform is not installed"; fi

fmt: ## Formats Rust, Go and HCL
	cargo fmt --all
	gofmt -w tests
	TF_CLI_CONFIG_FILE=/dev/null terraform fmt -recursive examples tests/conformance/examples

docs: ## Rewrites docs/ from the schemas and the examples
	UPDATE=1 cargo test --locked --package kre-core --package terraform-provider-kre --package terraform-provider-conformance --test docs

snapshots: ## Accepts changed snapshots; read the diff before committing
	INSTA_UPDATE=always cargo test --locked --workspace

hosts: ## Builds OpenTofu, once, into the cache; `make test` does it by itself
	cargo run --locked --package harness --example build_hosts

cluster: ## Starts a Kubernetes on this machine; TIER=2 with containers, where the machine can
	@$(CLUSTER) up

cluster-down: ## Ends it and removes everything that belongs to it
	@$(CLUSTER) down

kubeconfig: ## Prints the path of its kubeconfig; with -s, nothing else
	@$(CLUSTER) kubeconfig

bench: build ## Measures ours side by side with other providers; more with PEER_<NAME>=path
	cargo bench --locked --package terraform-provider-conformance --bench plugins
	cargo bench --locked --package kre-core --bench krt
	cargo bench --locked --package terraform-provider-kre --bench runtime
	@# What is measured is not Rust: the artifacts of the tests will do.
	cargo bench --locked --profile dev --package cluster --bench cluster
