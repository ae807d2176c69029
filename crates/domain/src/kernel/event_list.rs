//! The one list of an aggregate's event types, from which name, day and catalogue entry follow.

/// Reads `event_type` and `occurred_on` off every variant, so that a new event cannot be forgotten.
macro_rules! event_list {
    ($event:ident: $($variant:ident),+ $(,)?) => {
        impl $event {
            /// Every event type of this aggregate, in the order of its life.
            pub const TYPES: &'static [&'static str] = &[$(stringify!($variant)),+];
        }

        impl $crate::kernel::EventPayload for $event {
            fn event_type(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($variant),)+ }
            }
            fn event_version(&self) -> u16 {
                1
            }
            fn occurred_on(&self) -> chrono::NaiveDate {
                match self { $(Self::$variant { occurred_on, .. } => *occurred_on,)+ }
            }
        }
    };
}
pub(crate) use event_list;
