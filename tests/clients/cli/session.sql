select database(), user() like 'tester@%', current_user();
set names latin1;
select @@character_set_client, @@collation_connection, 'ä';
set names utf8mb4;
select @@character_set_client, @@collation_connection, 'ä', '日本語', '😀';
use information_schema;
select database();
use clitest;
select database();
set @v = 'kept';
select @v;
set session sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';
select 'a\' as backslash, 1 as "quoted;name";
set session sql_mode = default;
set time_zone = '+05:30';
select @@time_zone, from_unixtime(0);
select /* a comment; with a semicolon */ 1 -- and one more
;
select /*! 1 + */ 1, /*!99999 2 + */ 2, /*M! 3 + */ 3;
# a comment of another kind
select 'it''s', "double ""quoted""", `weird;column` from (select 1 as `weird;column`) as t;
do sleep(0);
select found_rows(), row_count(), last_insert_id();
set statement max_statement_time = 1 for select 'bounded';
show variables like 'max_allowed_packet';
show databases like 'clitest';
select flush from (select 'a column called flush' as flush) as t;
select 'snapshot' as snapshot, 'checkpoint' as checkpoint;
