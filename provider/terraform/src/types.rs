//! The types of Terraform values, and their JSON form in schemas and state files.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// The most types that may stand inside each other.
const MAX_DEPTH: usize = 64;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// Any type, told with each value.
    Dynamic,
    /// `list(T)`
    List(Box<Self>),
    /// `set(T)`
    Set(Box<Self>),
    /// `map(T)`
    Map(Box<Self>),
    /// `object({…})`: exactly these attributes.
    Object(BTreeMap<String, Self>),
    /// `tuple([…])`
    Tuple(Vec<Self>),
}

/// Why a JSON text is no type.
#[derive(Debug, thiserror::Error)]
pub enum TypeError {
    /// Not even JSON.
    #[error("type is not JSON")]
    Json(#[source] serde_json::Error),
    /// JSON that means no type.
    #[error("not a type: `{0}`")]
    Meaningless(String),
    /// Types inside types inside types.
    #[error("type is nested more than {MAX_DEPTH} levels deep")]
    Depth,
}

impl Type {
    /// A list of this type.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of this type.
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map to this type.
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object with these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, ty)| (name.into(), ty))
                .collect(),
        )
    }

    /// Tells whether `dynamic` occurs anywhere in this type.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Bool | Self::Number | Self::String => false,
            Self::Dynamic => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
        }
    }

    /// Reads the JSON form. An object's list of optional attributes, which only constraints have,
    /// is ignored.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        Self::parse(&serde_json::from_slice(bytes).map_err(TypeError::Json)?, 0)
    }

    /// Writes the JSON form.
    pub fn to_json(&self) -> Vec<u8> {
        self.json().to_string().into_bytes()
    }

    fn json(&self) -> Json {
        let collection = |kind: &str, element: &Self| Json::from(vec![kind.into(), element.json()]);
        match self {
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::Dynamic => "dynamic".into(),
            Self::List(element) => collection("list", element),
            Self::Set(element) => collection("set", element),
            Self::Map(element) => collection("map", element),
            Self::Object(attributes) => {
                let attributes = attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.json()));
                Json::from(vec!["object".into(), Json::Object(attributes.collect())])
            }
            Self::Tuple(elements) => {
                let elements = elements.iter().map(Self::json).collect();
                Json::from(vec!["tuple".into(), Json::Array(elements)])
            }
        }
    }

    fn parse(json: &Json, depth: usize) -> Result<Self, TypeError> {
        if depth > MAX_DEPTH {
            return Err(TypeError::Depth);
        }
        let inner = |json: &Json| Self::parse(json, depth + 1);
        let meaningless = || TypeError::Meaningless(json.to_string().chars().take(120).collect());
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(meaningless()),
            };
        }
        match json.as_array().map(Vec::as_slice) {
            Some([Json::String(kind), element]) if kind == "list" => {
                Ok(Self::list(inner(element)?))
            }
            Some([Json::String(kind), element]) if kind == "set" => Ok(Self::set(inner(element)?)),
            Some([Json::String(kind), element]) if kind == "map" => Ok(Self::map(inner(element)?)),
            Some([Json::String(kind), Json::Array(elements)]) if kind == "tuple" => elements
                .iter()
                .map(inner)
                .collect::<Result<_, _>>()
                .map(Self::Tuple),
            Some([Json::String(kind), Json::Object(attributes), ..]) if kind == "object" => {
                let attribute = |(name, ty): (&String, &Json)| Ok((name.clone(), inner(ty)?));
                attributes
                    .iter()
                    .map(attribute)
                    .collect::<Result<_, _>>()
                    .map(Self::Object)
            }
            _ => Err(meaningless()),
        }
    }
}

/// Writes the type as HCL has it: `map(object({ size = string }))`.
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("any"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Object(attributes) => {
                let attributes: Vec<_> = attributes
                    .iter()
                    .map(|(name, ty)| format!("{name} = {ty}"))
                    .collect();
                write!(f, "object({{ {} }})", attributes.join(", "))
            }
            Self::Tuple(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arbitrary;

    proptest! {
        #[test]
        fn any_type_reads_back_from_its_json(ty in arbitrary::ty()) {
            prop_assert_eq!(Type::from_json(&ty.to_json()).unwrap(), ty);
        }
    }

    #[test]
    fn every_kind_of_type_reads_back_from_its_json() {
        let ty = Type::object([
            ("a", Type::list(Type::Bool)),
            ("b", Type::map(Type::set(Type::Number))),
            ("c", Type::Tuple(vec![Type::String, Type::Dynamic])),
            ("d", Type::Object(BTreeMap::new())),
        ]);
        assert_eq!(Type::from_json(&ty.to_json()).unwrap(), ty);
    }

    #[test]
    fn optional_attributes_of_a_constraint_are_plain_attributes() {
        let json = br#"["object",{"a":"string"},["a"]]"#;
        assert_eq!(
            Type::from_json(json).unwrap(),
            Type::object([("a", Type::String)])
        );
    }

    #[test]
    fn a_type_without_meaning_is_named() {
        let error = Type::from_json(br#"["list"]"#).unwrap_err();
        assert_eq!(error.to_string(), r#"not a type: `["list"]`"#);
    }

    #[test]
    fn endless_nesting_is_refused() {
        let json = format!("{}\"string\"{}", r#"["list","#.repeat(100), "]".repeat(100));
        assert!(matches!(
            Type::from_json(json.as_bytes()),
            Err(TypeError::Depth)
        ));
    }
}
