//! Names of Kubernetes, and texts for readers.

use super::text;

text! {
    /// The name of a namespace.
    ///
    /// Invariant: 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both
    /// ends.
    NamespaceName,
    what: "namespace",
    length: 1..=63,
    pattern: r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$",
    rule: "be 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
    example: "kre-demo",
}

text! {
    /// The name of an object that somebody else made: a Secret, a StorageClass.
    ///
    /// Invariant: 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit
    /// at both ends of each part between dots.
    ObjectName,
    what: "object name",
    length: 1..=253,
    pattern: r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$",
    rule: "be 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends of each part",
    example: "registry-credentials",
}

text! {
    /// The name of a DNS domain, without a dot at its end.
    ///
    /// Invariant: at most 200 characters, so that a host in it is a valid name; parts of 1 to 63
    /// lower-case letters, digits and hyphens, with a letter or digit at both ends.
    DomainName,
    what: "domain",
    length: 1..=200,
    pattern: r"^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*$",
    rule: "be parts of lower-case letters, digits and hyphens, joined by dots",
    example: "kre.example.com",
}

text! {
    /// The key of a label.
    ///
    /// Invariant: 1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit
    /// at both ends, perhaps after a domain and a slash.
    LabelKey,
    what: "label key",
    length: 1..=317,
    pattern: r"^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    rule: "be 1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends, perhaps after a domain and a slash",
    example: "example.com/team",
}

text! {
    /// The value of a label.
    ///
    /// Invariant: at most 63 letters, digits, hyphens, underscores and dots, with a letter or
    /// digit at both ends; or nothing.
    LabelValue,
    what: "label value",
    length: 0..=63,
    pattern: r"^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
    rule: "be at most 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends",
    example: "research",
}

text! {
    /// The key of an annotation. It is like that of a label.
    AnnotationKey,
    what: "annotation key",
    length: 1..=317,
    pattern: LabelKey::PATTERN,
    rule: "be 1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends, perhaps after a domain and a slash",
    example: "example.com/contact",
}

text! {
    /// The key of a taint that is tolerated; nothing stands for every key.
    TolerationKey,
    what: "key of a toleration",
    length: 0..=317,
    pattern: r"^(?:(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
    rule: "be a label key or empty",
    example: "nvidia.com/gpu",
}

text! {
    /// A name for people.
    ///
    /// Invariant: 1 to 40 characters, neither the first nor the last a space, none that controls
    /// output.
    DisplayName,
    what: "name",
    length: 1..=40,
    pattern: r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$",
    rule: "have 1 to 40 characters on one line, without a space at either end",
    example: "Demo",
}

text! {
    /// A description for people.
    ///
    /// Invariant: 1 to 500 characters, neither the first nor the last a space.
    Description,
    what: "description",
    length: 1..=500,
    pattern: r"^\S(?:(?s:.)*\S)?$",
    rule: "have 1 to 500 characters, without a space at either end",
    example: "Answers greetings.",
}
