//! What rendering needs from outside: credentials that exist, or fresh ones.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use kre_core::{
    anchor::InstanceId,
    drift::Seal,
    runtime::{Component, Credential, Credentials, Facts, Holder, RuntimeSpec},
};

use super::survey::Survey;
use crate::{objects::Live, work::Failed};

/// Reads the credentials that exist, and makes those that do not.
///
/// A password of data that exists is never made anew: nobody could read the data with it.
pub(super) fn gather(
    survey: &Survey,
    spec: &RuntimeSpec,
    instance: InstanceId,
) -> Result<Facts, Failed> {
    let root = match credential(survey, spec, Holder::Root) {
        Some(root) => root,
        None => match data(survey, spec) {
            Some(claim) => {
                return Err(Failed::PasswordLost {
                    secret: Box::new(spec.secret_key(Holder::Root)),
                    claim: Box::new(claim.key()),
                });
            }
            None => fresh(Holder::Root)?,
        },
    };
    let found = |holder| {
        credential(survey, spec, holder)
            .filter(|credential| credential.username == holder.username())
            .map_or_else(|| fresh(holder), Ok)
    };
    Ok(Facts {
        instance,
        credentials: Credentials {
            root,
            client: found(Holder::Client)?,
            writer: found(Holder::Writer)?,
        },
    })
}

/// With what leaves are hashed: values of Secrets with a key that lives in the cluster.
pub(super) fn seal(root: Option<&Credential>) -> Seal {
    match root {
        Some(root) => Seal::new(root.password.expose().as_bytes()),
        None => Seal::without_key(),
    }
}

/// The credential that is in the Secret of a holder.
pub(super) fn credential(
    survey: &Survey,
    spec: &RuntimeSpec,
    holder: Holder,
) -> Option<Credential> {
    let secret = survey.live.get(&spec.secret_key(holder))?;
    let data = secret.value().pointer("/data")?.as_object()?;
    let data = data.iter().filter_map(|(key, value)| {
        let value = STANDARD.decode(value.as_str()?).ok()?;
        Some((key.clone(), value))
    });
    Credential::of_secret(&data.collect::<BTreeMap<_, _>>())
}

/// The claim that holds the data of `MongoDB`, if it exists.
fn data<'s>(survey: &'s Survey, spec: &RuntimeSpec) -> Option<&'s Live> {
    let mut claims = spec.claims().into_iter();
    let (_, key) = claims.find(|(component, _)| *component == Component::MongoDb)?;
    survey.live.get(&key)
}

fn fresh(holder: Holder) -> Result<Credential, Failed> {
    let mut bytes = [0; 24];
    random(&mut bytes)?;
    Ok(holder.fresh(&bytes))
}

/// A stamp that nothing has had before.
pub(super) fn stamp() -> Result<InstanceId, Failed> {
    let mut bytes = [0; 8];
    random(&mut bytes)?;
    Ok(InstanceId::of_random(bytes))
}

fn random(bytes: &mut [u8]) -> Result<(), Failed> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| Failed::Random)
}
