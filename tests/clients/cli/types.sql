create table types (
  id int unsigned not null auto_increment primary key, t tinyint, s smallint unsigned, m mediumint, b bigint,
  d decimal(30, 10), f float, g double, c char(5), v varchar(200), x text, lb longblob, bi bit(12),
  e enum('a', 'b', 'c'), st set('x', 'y', 'z'), da date, ti time(3), dt datetime(6), ts timestamp null, y year,
  j json, u uuid default '00000000-0000-0000-0000-000000000001', key (s), unique key (v));
insert into types (t, s, m, b, d, f, g, c, v, x, lb, bi, e, st, da, ti, dt, ts, y, j) values
  (-128, 65535, -8388608, -9223372036854775808, 12345678901234567890.0123456789, 1.5, 2.25e300, 'abc', 'väü', 'text',
   0x00ff00fe, b'101010101010', 'b', 'x,z', '2024-02-29', '-838:59:59.999', '9999-12-31 23:59:59.999999',
   '2020-01-01 00:00:00', 2155, '{"a": [1, null]}'),
  (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
   null),
  (127, 0, 8388607, 9223372036854775807, -0.0000000001, -0.0, -1e-300, '', '', '', '', b'0', 'a', '', '1000-01-01',
   '00:00:00', '1000-01-01 00:00:00', '2038-01-19 03:14:07', 1901, '[]');
select * from types order by id;
select id, hex(lb), bi + 0, length(x), json_value(j, '$.a[0]') from types order by id;
select count(*), min(d), max(b), sum(s), group_concat(c order by id separator '|') from types;
describe types;
show create table types;
show index from types where key_name = "no_such_key";
