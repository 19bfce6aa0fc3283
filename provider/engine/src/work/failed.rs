//! Why work could not be done.

use std::time::SystemTime;

use kre_core::{
    anchor::{InstanceId, Refusal},
    desired::{EntryId, ObjectKey},
    runtime::{Change, ContractError},
};

use crate::{
    documents::DocumentsError,
    kubernetes::{Failure, Rule},
    objects::{ApplyError, GoneError},
    wait::WaitError,
};

/// Why work could not be done, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Somebody else lives there, or has left something.
    #[error("{} stands for another instance: {}", .0.anchor, .0.refusal)]
    Refused(Box<Occupied>),
    /// Objects with names that are needed belong to somebody else.
    #[error("{} belongs to somebody else", names(.0))]
    Strangers(Vec<Stranger>),
    /// The instance has been superseded by another one.
    #[error("{anchor} belongs to another instance by now: `{by}`")]
    Superseded {
        /// The object that says so.
        anchor: Box<ObjectKey>,
        /// The other instance.
        by: InstanceId,
    },
    /// The namespace has to exist, and does not.
    #[error("namespace `{0}` does not exist")]
    NoNamespace(String),
    /// The namespace has to be made, and exists.
    #[error("namespace `{0}` exists already, and does not belong to the runtime")]
    ForeignNamespace(String),
    /// The data that is there cannot become what is asked for.
    #[error("the data that is there does not fit {}", places(.0))]
    Unfit(Vec<Change>),
    /// The password of data that exists is gone.
    #[error("the data of {claim} exists, but {secret} with its password is gone")]
    PasswordLost {
        /// The Secret that would hold it.
        secret: Box<ObjectKey>,
        /// What holds the data.
        claim: Box<ObjectKey>,
    },
    /// There are users or indexes, and no database that could know them.
    #[error("there is no database that could know users")]
    Nowhere,
    /// Nobody knows how to log in.
    #[error("{0} with the password is gone")]
    NoCredential(Box<ObjectKey>),
    /// What has to be asked has no pod that is ready.
    #[error("{0} is not ready")]
    NotReady(Box<ObjectKey>),
    /// What depends on the object has to go first.
    #[error("versions are still registered: {}", .0.join(", "))]
    Registered(Vec<String>),
    /// The anchor cannot be read.
    #[error("{anchor} cannot be read")]
    Contract {
        /// The anchor.
        anchor: Box<ObjectKey>,
        /// Why.
        #[source]
        source: ContractError,
    },
    /// Objects could not be applied.
    #[error("{} could not be applied", failed(.0))]
    Apply(Vec<ApplyError>),
    /// Volumes that exist may not grow; nothing that comes after volumes was applied.
    #[error("{} cannot grow", ungrown(.0))]
    Ungrown(Vec<Ungrown>),
    /// Pods do not get ready.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// `MongoDB` does not do what it should.
    #[error(transparent)]
    Documents(Box<DocumentsError>),
    /// What was deleted does not go.
    #[error(transparent)]
    Gone(#[from] GoneError),
    /// Nobody can tell whether a namespace that is to be deleted holds what belongs to others.
    #[error("not everything in a namespace may be listed: {}", kinds.join(", "))]
    Unlisted {
        /// Kinds that may not be listed.
        kinds: Vec<String>,
        /// What has to be granted.
        rule: Box<Rule>,
    },
    /// The cluster cannot be asked.
    #[error(transparent)]
    Call(#[from] Failure),
    /// The user wanted to stop, and what was under way did not end.
    #[error(
        "a call to the cluster was under way, and may have been carried out; what is done stays: run this again to go on"
    )]
    Stopped,
    /// The operating system gave no random numbers.
    #[error("no random numbers are to be had")]
    Random,
}

/// What is in the way of a creation.
#[derive(Debug)]
pub struct Occupied {
    /// The object that says so.
    pub anchor: ObjectKey,
    /// The instance that it stands for.
    pub instance: InstanceId,
    /// Why nothing was touched.
    pub refusal: Refusal,
    /// When the object was made.
    pub created: Option<SystemTime>,
    /// The data that it has left, if that is why.
    pub left: Vec<Kept>,
}

/// Something that holds data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub id: EntryId,
    /// How large it is, if it is a volume.
    pub size: Option<String>,
}

/// A volume that may not grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ungrown {
    /// The claim.
    pub claim: ObjectKey,
    /// Its class.
    pub class: Option<String>,
    /// What it asks for now.
    pub size: Option<String>,
    /// Why, as the cluster says.
    pub why: String,
}

/// An object that belongs to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The object.
    pub key: ObjectKey,
    /// The instance that made it; `None` if it was not made by this provider.
    pub instance: Option<InstanceId>,
}

impl From<DocumentsError> for Failed {
    fn from(error: DocumentsError) -> Self {
        Self::Documents(Box::new(error))
    }
}

impl From<ApplyError> for Failed {
    fn from(error: ApplyError) -> Self {
        Self::Apply(vec![error])
    }
}

fn places(changes: &[Change]) -> String {
    let places = changes.iter().map(|change| change.path.to_string());
    places.collect::<Vec<_>>().join(", ")
}

fn names(strangers: &[Stranger]) -> String {
    let names = strangers.iter().map(|stranger| stranger.key.to_string());
    names.collect::<Vec<_>>().join(", ")
}

fn ungrown(volumes: &[Ungrown]) -> String {
    let names = volumes.iter().map(|volume| volume.claim.to_string());
    names.collect::<Vec<_>>().join(", ")
}

fn failed(errors: &[ApplyError]) -> String {
    let names = errors.iter().map(ToString::to_string);
    names.collect::<Vec<_>>().join(", ")
}
