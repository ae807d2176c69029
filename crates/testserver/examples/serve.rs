//! Serves, empty, until its input ends, and says where: to try the program on KurrentDB's protocol, and to measure.

use spoor_testserver::TestServer;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let server = TestServer::start().await;
    println!("{}", server.url());
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}
