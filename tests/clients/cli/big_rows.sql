select length(repeat('x', 20 * 1024 * 1024)) as twenty_mib;
select md5(repeat('y', 16777215)), md5(repeat('y', 16777216));
create table b (id int primary key, x longtext);
insert into b values (1, repeat('abc', 2000000)), (2, repeat('z', 16777210)), (3, repeat('w', 16777220));
select id, length(x), md5(x) from b order by id;
select count(*), sum(length(s)) from (select repeat('r', seq) as s from seq_1_to_5000) as many;
select seq, repeat('-', seq % 50) from seq_1_to_300;
