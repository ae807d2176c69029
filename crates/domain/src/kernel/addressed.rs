//! A command with the context it is decided in, and the thin adapter that makes an aggregate one of cqrs-es.

use super::CommandContext;

/// A command on its way to an aggregate: what is asked, and by whom, when and for which purpose.
#[derive(Clone, Debug)]
pub struct Addressed<C> {
    /// What is asked.
    pub command: C,
    /// Everything else the decision may know.
    pub context: CommandContext,
}

/// Implements `cqrs_es::Aggregate` over `decide` and `evolve`: no rule stands here.
macro_rules! cqrs_aggregate {
    ($state:ty, $event:ty) => {
        impl cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                $crate::kernel::EventPayload::event_type(self).to_owned()
            }
            fn event_version(&self) -> String {
                $crate::kernel::EventPayload::event_version(self).to_string()
            }
        }

        impl cqrs_es::Aggregate for $state {
            const TYPE: &'static str = <$state as $crate::kernel::Decider>::TYPE;
            type Command = $crate::kernel::Addressed<<$state as $crate::kernel::Decider>::Command>;
            type Event = $event;
            type Error = <$state as $crate::kernel::Decider>::Rejection;
            type Services = ();

            async fn handle(
                &mut self,
                asked: Self::Command,
                _services: &(),
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), Self::Error> {
                for event in $crate::kernel::Decider::decide(self, &asked.command, &asked.context)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: Self::Event) {
                $crate::kernel::Decider::evolve(self, &event);
            }
        }
    };
}
pub(crate) use cqrs_aggregate;
