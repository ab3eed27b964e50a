-- What MatrixOne has of dump_source.sql; no view, because its text gains a comment by each restore.
create table customer (
  id int unsigned not null auto_increment primary key, name varchar(100) not null, born date,
  balance decimal(12, 2) not null default 0, notes text, unique key (name), key born_balance (born, balance)
) comment = 'people; and a semicolon';
create table orders (
  id bigint not null auto_increment primary key, customer_id int unsigned not null, placed datetime(3) not null,
  state enum('new', 'paid', 'sent') not null default 'new', amount decimal(10, 2),
  constraint belongs foreign key (customer_id) references customer (id));
create table blobs (id int primary key, small varbinary(300), large longblob, j json);
create table empty_one (a int, b uuid);
insert into customer (name, born, balance, notes)
  select concat('customer ', n), date_add('1950-01-01', interval n day), n * 1.5,
         if(n % 7 = 0, null, concat('line one\nline two\t', char(39), char(92), char(34), ' ä日😀 ', n))
  from (select result as n from generate_series(1, 300) g) s;
insert into orders (customer_id, placed, state, amount)
  select 1 + n % 300, date_add('2020-01-01 00:00:00.123', interval n minute), 'paid', n / 3
  from (select result as n from generate_series(1, 500) g) s;
insert into blobs values
  (1, unhex('00010a0d1a225c27ff'), unhex(repeat('00ff1a27', 5000)), '{"a": "x;"}'), (2, null, null, null), (3, '', '', '[]');
