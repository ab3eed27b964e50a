use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use mysql_async::prelude::*;
use mysql_async::{params, Compression, Conn, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts, Row, TxOpts, Value};

pub type Outcome = Result<(), Box<dyn Error>>;
pub type Case = fn(Opts) -> Pin<Box<dyn Future<Output = Outcome>>>;

macro_rules! cases {
    ($($name:literal => $function:ident),* $(,)?) => {
        vec![$(($name, (|options| Box::pin($function(options))) as Case)),*]
    };
}

pub fn all() -> Vec<(&'static str, Case)> {
    cases![
        "query" => query,
        "execute with positions" => execute,
        "execute with names" => execute_by_name,
        "cache of statements that overflows" => statement_cache,
        "batch" => batch,
        "result read row by row" => rows_one_by_one,
        "several results" => several_results,
        "result left unread" => left_unread,
        "values of each type" => values,
        "parameter of 17 MB" => large,
        "errors" => errors,
        "commit and rollback" => transactions,
        "transaction that is dropped" => transaction_dropped,
        "last insert id" => insert_id,
        "compression" => compression,
        "ping" => ping,
        "reset" => reset,
        "pool" => pool,
        "connection of the pool in a transaction" => pool_rolls_back,
        "disconnect" => disconnect,
        "wrong password" => wrong_password,
    ]
}

fn equal<T: PartialEq + std::fmt::Debug>(expected: T, found: T) -> Outcome {
    if expected == found {
        return Ok(());
    }
    Err(format!("expected {expected:?}, found {found:?}").into())
}

/// The number and SQLSTATE of the error that it has to end with.
fn refused<T>(result: mysql_async::Result<T>) -> Result<(u16, String), Box<dyn Error>> {
    match result {
        Err(mysql_async::Error::Server(error)) => Ok((error.code, error.state)),
        Err(other) => Err(other.into()),
        Ok(_) => Err("it was not refused".into()),
    }
}

async fn table(connection: &mut Conn, name: &str, columns: &str) -> Outcome {
    connection.query_drop(format!("drop table if exists {name}")).await?;
    Ok(connection.query_drop(format!("create table {name} ({columns})")).await?)
}

async fn query(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    let found: Option<(i64, String, Option<i32>)> = connection.query_first("select 1, 'ä日😀', null").await?;
    equal(Some((1, "ä日😀".to_string(), None)), found)
}

async fn execute(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "execute_t", "id int primary key, name varchar(40)").await?;
    let insert = connection.prep("insert into execute_t values (?, ?)").await?;
    for id in 0..50 {
        connection.exec_drop(&insert, (id, format!("name {id}"))).await?;
        equal(1, connection.affected_rows())?;
    }
    connection.close(insert).await?;
    let found: Vec<String> =
        connection.exec("select name from execute_t where id > ? order by id", (47,)).await?;
    equal(vec!["name 48".to_string(), "name 49".to_string()], found)
}

async fn execute_by_name(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    let found: Option<(String, String)> =
        connection.exec_first("select :b, :a", params! {"a" => "first", "b" => "second"}).await?;
    equal(Some(("second".to_string(), "first".to_string())), found)
}

async fn statement_cache(options: Opts) -> Outcome {
    let mut connection = Conn::new(OptsBuilder::from_opts(options).stmt_cache_size(Some(4))).await?;
    for round in 0..40 {
        let found: Option<i64> = connection.exec_first(format!("select {}", round % 9), ()).await?;
        equal(Some(round % 9), found)?;
    }
    Ok(())
}

async fn batch(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "batch_t", "id int primary key").await?;
    connection.exec_batch("insert into batch_t values (?)", (0..200).map(|id| (id,))).await?;
    equal(Some(200), connection.query_first("select count(*) from batch_t").await?)
}

async fn rows_one_by_one(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "rows_t", "id int primary key").await?;
    let values: Vec<String> = (0..10_000).map(|id| format!("({id})")).collect();
    connection.query_drop(format!("insert into rows_t values {}", values.join(","))).await?;
    let mut result = connection.exec_iter("select id from rows_t order by id", ()).await?;
    let mut expected = 0;
    while let Some(row) = result.next().await? {
        equal(Some(expected), row.get(0))?;
        expected += 1;
    }
    equal(10_000, expected)
}

async fn several_results(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    let mut result = connection.query_iter("select 1; select 'two'; select 3").await?;
    equal(vec![1], result.collect::<i64>().await?)?;
    equal(vec!["two".to_string()], result.collect::<String>().await?)?;
    equal(vec![3], result.collect::<i64>().await?)?;
    equal(true, result.is_empty())
}

async fn left_unread(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    drop(connection.query_iter("select 1 union all select 2; select 3").await?);
    equal(Some(4), connection.query_first("select 4").await?)
}

async fn values(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(
        &mut connection,
        "value_t",
        "a bigint, b bigint unsigned, c double, d decimal(12,3), e datetime(6), f time, g varbinary(20), h int",
    )
    .await?;
    let given = vec![
        Value::Int(i64::MIN),
        Value::UInt(u64::MAX),
        Value::Double(-2.5),
        Value::Bytes(b"123456.789".to_vec()),
        Value::Date(2024, 2, 29, 23, 59, 58, 123_456),
        Value::Time(true, 1, 2, 3, 4, 0),
        Value::Bytes(vec![0, 255, 39, 92]),
        Value::NULL,
    ];
    connection.exec_drop("insert into value_t values (?,?,?,?,?,?,?,?)", given.clone()).await?;
    let row: Option<Row> = connection.exec_first("select * from value_t", ()).await?;
    equal(given, row.ok_or("no row")?.unwrap())
}

async fn large(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "large_t", "data longblob").await?;
    let data: Vec<u8> = (0..17 << 20).map(|at: u32| (at * 31) as u8).collect();
    connection.exec_drop("insert into large_t values (?)", (data.clone(),)).await?;
    let found: Option<Vec<u8>> = connection.exec_first("select data from large_t", ()).await?;
    equal(true, found == Some(data))
}

async fn errors(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "error_t", "id int primary key").await?;
    connection.query_drop("insert into error_t values (1)").await?;
    let duplicate = connection.query_drop("insert into error_t values (1)").await;
    equal((1062, "23000".to_string()), refused(duplicate)?)?;
    equal((1064, "42000".to_string()), refused(connection.query_drop("selct 1").await)?)?;
    equal((1146, "42S02".to_string()), refused(connection.exec_drop("select * from no_such_t", ()).await)?)
}

async fn transactions(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "tx_t", "id int primary key").await?;
    for (commit, expected) in [(false, 0), (true, 1)] {
        let mut transaction = connection.start_transaction(TxOpts::default()).await?;
        transaction.query_drop("insert into tx_t values (1)").await?;
        if commit {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        equal(Some(expected), connection.query_first("select count(*) from tx_t").await?)?;
    }
    Ok(())
}

async fn transaction_dropped(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "tx_dropped_t", "id int primary key").await?;
    let mut transaction = connection.start_transaction(TxOpts::default()).await?;
    transaction.query_drop("insert into tx_dropped_t values (1)").await?;
    drop(transaction);
    equal(Some(0), connection.query_first("select count(*) from tx_dropped_t").await?)
}

async fn insert_id(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    table(&mut connection, "insert_t", "id int primary key auto_increment, n int").await?;
    connection.exec_drop("insert into insert_t (n) values (?)", (77,)).await?;
    let id = connection.last_insert_id().ok_or("no id")?;
    equal(Some(77), connection.exec_first("select n from insert_t where id = ?", (id,)).await?)
}

async fn compression(options: Opts) -> Outcome {
    let builder = OptsBuilder::from_opts(options).compression(Compression::default());
    let mut connection = Conn::new(builder).await?;
    table(&mut connection, "compressed_t", "data longtext").await?;
    let text = "compress me ".repeat(100_000);
    connection.exec_drop("insert into compressed_t values (?)", (&text,)).await?;
    let found: Option<String> = connection.query_first("select data from compressed_t").await?;
    equal(true, found == Some(text))
}

async fn ping(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    connection.ping().await?;
    Ok(connection.disconnect().await?)
}

async fn reset(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    connection.query_drop("set @left_over = 5").await?;
    connection.reset().await?;
    let found: Option<Option<i64>> = connection.query_first("select @left_over").await?;
    equal(Some(None), found)?;
    let database: Option<Option<String>> = connection.query_first("select database()").await?;
    equal(true, database.flatten().is_some())
}

fn small_pool(options: Opts) -> Pool {
    let limits = PoolConstraints::new(1, 1).expect("1 is not less than 1");
    let pool_options = PoolOpts::default().with_constraints(limits);
    Pool::new(OptsBuilder::from_opts(options).pool_opts(pool_options))
}

async fn pool(options: Opts) -> Outcome {
    let pool = small_pool(options);
    for round in 0..10 {
        let mut connection = pool.get_conn().await?;
        equal(Some(round), connection.query_first(format!("select {round}")).await?)?;
    }
    Ok(pool.disconnect().await?)
}

async fn pool_rolls_back(options: Opts) -> Outcome {
    let pool = small_pool(options);
    let mut connection = pool.get_conn().await?;
    table(&mut connection, "pool_tx_t", "id int primary key").await?;
    let mut transaction = connection.start_transaction(TxOpts::default()).await?;
    transaction.query_drop("insert into pool_tx_t values (1)").await?;
    drop(transaction);
    drop(connection);
    let mut again = pool.get_conn().await?;
    equal(Some(0), again.query_first("select count(*) from pool_tx_t").await?)?;
    drop(again);
    Ok(pool.disconnect().await?)
}

async fn disconnect(options: Opts) -> Outcome {
    let mut connection = Conn::new(options).await?;
    connection.query_drop("select 1").await?;
    Ok(connection.disconnect().await?)
}

async fn wrong_password(options: Opts) -> Outcome {
    let wrong = Conn::new(OptsBuilder::from_opts(options).pass(Some("wrong"))).await;
    equal((1045, "28000".to_string()), refused(wrong)?)
}
