//! One method per orchestration: from a GraphQL input to a command on an aggregate, and back to a payload.
