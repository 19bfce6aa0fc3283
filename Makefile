.DEFAULT_GOAL := help
.PHONY: help build check test lint fmt docs snapshots hosts cluster cluster-down kubeconfig bench

# Crates that compute and nothing else, and what must not be anywhere below them.
PURE   := terraform kre-core
IMPURE := async-nats getrandom hyper kube kube-client mio mongodb rand reqwest rustls socket2 tokio tonic

# Modules of Go; CoreDNS is for another tier, and built by nothing here.
GO_MODULES := $(filter-out tests/cluster/coredns, $(patsubst %/go.mod, %, $(wildcard tests/cluster/*/go.mod tests/cluster/services/*/go.mod)))

# The flags of tests/harness/src/build: others would compile Kubernetes once more.
GO := CGO_ENABLED=0 GOWORK=off nice go
GO_FLAGS := -trimpath -buildvcs=false

# The faster runner where it is installed; nothing depends on it.
CARGO_TEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo cargo nextest run --locked || echo cargo test --locked)

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Builds the release binary, target/release/terraform-provider-kre
	cargo build --locked --release --package terraform-provider-kre

check: lint ## Everything that needs neither a host nor a cluster: seconds when warm
	$(CARGO_TEST) --workspace

test: ## Every test, with Terraform and OpenTofu; sets up what it needs
	$(CARGO_TEST) --workspace
	cargo test --locked --doc --workspace --exclude tfplugin
	$(CARGO_TEST) --package harness --package terraform-provider-conformance --test hosts
	$(CARGO_TEST) --package terraform-provider-kre --test acceptance
	$(CARGO_TEST) --package cluster --test tier1
	@for module in $(GO_MODULES); do \
	  echo "go test: $$module"; (cd $$module && $(GO) test $(GO_FLAGS) -count=1 ./...) || exit 1; \
	done

lint: lint-rust lint-purity lint-hcl lint-go ## Format, clippy, rustdoc, purity, dependencies, HCL, Go

.PHONY: lint-rust lint-purity lint-hcl lint-go
lint-rust:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked --package harness --package terraform-provider-conformance --test hosts -- -D warnings
	cargo clippy --locked --package terraform-provider-kre --test acceptance -- -D warnings
	cargo clippy --locked --package cluster --test tier1 -- -D warnings
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

lint-hcl:
	@if command -v terraform >/dev/null; then \
	  TF_CLI_CONFIG_FILE=/dev/null terraform fmt -check -recursive examples tests/conformance/examples; \
	  else echo "skipped: terraform is not installed"; fi

lint-go:
	@unformatted=$$(gofmt -l tests); \
	  if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted" >&2; exit 1; fi
	@for module in $(GO_MODULES); do \
	  echo "go vet: $$module"; (cd $$module && $(GO) vet $(GO_FLAGS) ./...) || exit 1; \
	done

fmt: ## Formats Rust, HCL and Go
	cargo fmt --all
	gofmt -w tests
	TF_CLI_CONFIG_FILE=/dev/null terraform fmt -recursive examples tests/conformance/examples

docs: ## Rewrites docs/ from the schemas and the examples
	UPDATE=1 cargo test --locked --package kre-core --package terraform-provider-kre --package terraform-provider-conformance --test docs

snapshots: ## Accepts changed snapshots; read the diff before committing
	INSTA_UPDATE=always cargo test --locked --workspace

hosts: ## Builds OpenTofu, once, into the cache; `make test` does it by itself
	cargo run --locked --package harness --example build_hosts

cluster: ## Starts a Kubernetes with real services on this machine; TIER=1 is the only kind so far
	@cargo run --quiet --locked --package cluster -- up

cluster-down: ## Ends it
	@cargo run --quiet --locked --package cluster -- down

kubeconfig: ## Prints the path of its kubeconfig
	@cargo run --quiet --locked --package cluster -- kubeconfig

bench: build ## Measures ours side by side with other providers; more with PEER_<NAME>=path
	cargo bench --locked --package terraform-provider-conformance --bench plugins
	cargo bench --locked --package kre-core --bench krt
