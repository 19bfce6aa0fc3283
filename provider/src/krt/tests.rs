//! Manifests that tests use.

/// A version with one workflow of one node.
pub(crate) const GREETER: &str = "\
krtVersion: v2
version: greeter-v1
description: Greets.
entrypoint:
  proto: public_input.proto
  image: konstellation/kre-entrypoint:3.3.6
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: hello
    nodes:
      - name: hello
        image: konstellation/kre-py:3.4.1
        src: src/hello/main.py
        subscriptions: [entrypoint]
";

/// The same for KAI.
pub(crate) const KAI: &str = "\
version: v1.0.0
description: Greets.
workflows:
  - name: greet
    type: serving
    processes:
      - name: listen
        type: trigger
        image: greeter/listen:1
        subscriptions: [answer]
        resourceLimits: {CPU: {request: '0.1'}, memory: {request: 64Mi}}
      - name: answer
        type: exit
        image: greeter/answer:1
        subscriptions: [listen]
        resourceLimits: {CPU: {request: '0.1'}, memory: {request: 64Mi}}
";
