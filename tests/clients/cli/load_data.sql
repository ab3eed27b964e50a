create table l (a int primary key, b varchar(30), c decimal(6, 2));
load data local infile 'load_data.csv' into table l fields terminated by ',' enclosed by '"' ignore 1 lines;
show warnings;
select * from l order by a;
load data local infile 'load_data.csv' replace into table l fields terminated by ',' enclosed by '"' ignore 2 lines;
load data local infile 'no_such_file.csv' into table l;
select count(*) from l;
load data local infile '/dev/null' into table l;
select 'and the session goes on';
