//! Compiles the protocol; nothing needs to be installed for it.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(["streams.proto", "server_features.proto", "gossip.proto"], ["proto"])?;
    tonic_build::configure().build_client(false).bytes(["."]).compile_fds(files)?;
    Ok(())
}
