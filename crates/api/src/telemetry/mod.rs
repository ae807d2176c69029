//! What operators see: structured log lines and metrics, never personal data.
