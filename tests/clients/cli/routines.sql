create table r (a int, b varchar(20));
delimiter //
create procedure several(in n int)
begin
  select n as first_result;
  insert into r values (n, 'by procedure');
  select a, b from r order by a;
  select 'third' as third_result, n * 2;
end//
create function twice(n int) returns int deterministic return n * 2//
create trigger before_r before insert on r for each row set new.b = upper(new.b)//
create procedure fails_late()
begin
  select 1;
  select 2;
  signal sqlstate '45000' set message_text = 'after two results';
end//
create procedure out_values(in a int, out b int, inout c int) begin set b = a + 1; set c = c * 2; end//
delimiter ;
call several(1);
call several(2);
call fails_late();
set @c = 21;
call out_values(1, @b, @c);
select @b, @c, twice(21);
prepare p from 'select a, b from r where a = ?';
set @a = 2;
execute p using @a;
deallocate prepare p;
execute p using @a;
show procedure status where db = 'clitest' and name = 'nothing';
