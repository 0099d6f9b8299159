-- A small SQLite session: a table, an index, a join, a delete.
create table city(name text, country text, people integer);
create table country(name text, code text);
insert into country values ('Norway', 'NO'), ('Portugal', 'PT'), ('Ghana', 'GH'), ('Chile', 'CL');
with recursive c(i) as (select 1 union all select i + 1 from c where i < 400)
	insert into city select 'city ' || i, (select name from country where rowid = i % 4 + 1), i * 7919 % 100000 from c;
create index by_people on city(people);
select country.code, count(*), max(people) from city join country on city.country = country.name group by 1 order by 2, 1;
delete from city where people < 50000;
select avg(people) from city;
