//! Named cases for mysql_async: prints "PASS name" or "FAIL name: why" for each.
//!
//! usage: mysql_async_cases HOST PORT USER PASSWORD DATABASE

mod cases;

use std::time::Duration;

use mysql_async::{Opts, OptsBuilder};

const LIMIT: Duration = Duration::from_secs(60);

fn options(arguments: &[String]) -> OptsBuilder {
    OptsBuilder::default()
        .ip_or_hostname(arguments[0].clone())
        .tcp_port(arguments[1].parse().expect("a port"))
        .user(Some(arguments[2].clone()))
        .pass(Some(arguments[3].clone()))
        .db_name(Some(arguments[4].clone()))
        .prefer_socket(false)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: Opts = options(&arguments).into();
    for (name, case) in cases::all() {
        let wrong = match tokio::time::timeout(LIMIT, case(given.clone())).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("it did not end within {} s", LIMIT.as_secs())),
        };
        match wrong {
            None => println!("PASS {name}"),
            Some(why) => println!("FAIL {name}: {}", why.replace('\n', " ")),
        }
    }
}
