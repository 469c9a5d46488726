//! The names of classes, deviations and kinds of error where a program reads or writes them.

use sip_status_line::{Class, Deviations, ErrorKind};

/// The name of a class, in lower case and without a blank.
pub(crate) const fn class_name(class: Class) -> &'static str {
    match class {
        Class::Provisional => "provisional",
        Class::Success => "success",
        Class::Redirection => "redirection",
        Class::ClientError => "client-error",
        Class::ServerError => "server-error",
        Class::GlobalFailure => "global-failure",
    }
}

/// The names of deviations.
pub(crate) fn deviation_names(deviations: Deviations) -> Vec<&'static str> {
    deviations.iter_names().map(|(name, _)| name).collect()
}

/// The kind of error that has that name.
pub(crate) fn error_kind(name: &str) -> Option<ErrorKind> {
    let mut kinds = ErrorKind::ALL.iter();
    kinds.find(|kind| kind.name() == name).copied()
}
