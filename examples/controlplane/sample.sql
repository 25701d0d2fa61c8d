-- A month of sales of a small shop, the same each time that it is made.
begin;
create table sales (
	id       integer primary key,
	day      text not null,
	product  text not null,
	quantity integer not null,
	price    real not null
) strict;
insert into sales (day, product, quantity, price)
	with recursive
		days(n) as (select 0 union all select n + 1 from days where n < 29),
		products(n, product, price) as (values (1, 'espresso', 2.4), (2, 'flat white', 3.8), (3, 'croissant', 2.1), (4, 'beans, 1 kg', 24.5))
	select date('2026-01-01', '+' || days.n || ' days'), product, 3 + (days.n * 7 + products.n * 11) % 13, price
	from days, products
	order by days.n, products.n;
commit;
