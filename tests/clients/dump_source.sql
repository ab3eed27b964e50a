create table customer (
  id int unsigned not null auto_increment primary key, name varchar(100) not null, born date,
  balance decimal(12, 2) not null default 0, notes text, unique key (name), key born_balance (born, balance)
) comment = 'people; and a semicolon';
create table orders (
  id bigint not null auto_increment primary key, customer_id int unsigned not null, placed datetime(3) not null,
  state enum('new', 'paid', 'sent') not null default 'new', total decimal(12, 2) generated always as (amount * 1.19),
  amount decimal(10, 2), constraint belongs foreign key (customer_id) references customer (id) on delete cascade);
create table blobs (id int primary key, small varbinary(300), large longblob, bits bit(9), j json);
create table empty_one (a int, b geometry);
create table parts (id int not null, y year not null) partition by hash (id) partitions 3;
insert into customer (name, born, balance, notes)
  select concat('customer ', seq), date_add('1950-01-01', interval seq day), seq * 1.5,
         if(seq % 7 = 0, null, concat('line one\nline two\t', char(39), char(92), char(34), ' ä日😀 ', seq))
  from seq_1_to_2000;
insert into orders (customer_id, placed, state, amount)
  select 1 + seq % 2000, date_add('2020-01-01 00:00:00.123', interval seq minute), 1 + seq % 3, seq / 3
  from seq_1_to_5000;
insert into blobs values
  (1, unhex('00010a0d1a225c27ff'), unhex(repeat('00ff1a27', 50000)), b'101010101', '{"a": "\\u0000;"}'),
  (2, null, null, null, null), (3, '', '', b'0', '[]'), (4, 'x', repeat('y', 17000000), b'1', '1');
insert into parts select seq, 1990 + seq % 30 from seq_1_to_100;
create view rich as select c.name, sum(o.amount) as spent from customer c join orders o on o.customer_id = c.id
  group by c.name having spent > 100;
create trigger no_debt before update on customer for each row set new.balance = greatest(new.balance, 0);
create function vat(x decimal(12, 2)) returns decimal(12, 2) deterministic return x * 0.19;
create procedure pay(in o bigint) update orders set state = 'paid' where id = o;
create event nightly on schedule every 1 day starts '2030-01-01 00:00:00' disable do delete from empty_one;
