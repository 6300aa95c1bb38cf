/** Queries as they come from people and tools: several parts of the language in each. One a line. */
export const EVERYDAY_QUERIES: readonly string[] = `
select * from t where a = all (array(1,2))
select top (10) a from t
select case when a in ('x') then 1 end in (1,2) from t
select trim('x' from a), convert_timezone('UTC','CET',a) from t
select 'a'::char(1), a::bpchar, b::"char", c::geometry, d::varbyte(16) from t
select level from dual connect by level <= 10
select a from t group by a, grouping sets (b, (c, d))
select count(distinct (a, b)) from t
select "a" "b" from t "T" ("c1", "c2")
select a.b.c::int, x."y"."z" from t a
select date '2024-01-01' + interval '1' year
select delta_days(a, b), read_time(c) from t
select cast(a as time with time zone), cast(null as varchar) from t
select not exists (select 1), -(1), +(a), (select 1)::int, ((a))::int from t
select a from t where (b) in (select c from u) and (select count(*) from v) > 0
select extract(day from interval '1 day'), extract(timezone_hour from a) from t
select a from t where b = 'x' and (c is null or c = '') and not (d between 1 and 2 or e like 'f%')
select sum(a) / nullif(count(*), 0)::float * 100.0 as pct from t
select row_number() over (order by case when a = 1 then 0 else 1 end, b desc) rn from t
select * from a left join b on a.id = b.id and b.d = (select max(d) from b) where b.id is null
select max(a) over (partition by b order by c rows between current row and unbounded following) from t
select t.a, u.* from t, lateral (select * from v where v.id = t.id) u
select * from t where date_trunc('day', ts)::date between dateadd(day, -7, current_date) and current_date
select a, b from t union all select c, d from u order by 1 nulls first, 2 desc limit 10 offset 5
select current_user, session_user, user, current_database(), current_schema() from t
select nvl2(a, 1, 0) as flag, isnull(a, b) x from t
select * from (select 1 as a union all select 2) as t(a) cross join (select 2 as b) u
select (a).b from t
select a[0], a[b.c], f(x)[1].y from t
select * from t where a::date = '2024-01-01' and b !~ '^a' and c <> all (select d from u)
select json_parse('{"a":[1,2]}').a[0]::int
select 1 as "a""b", 2 as año
select * from s3tables."ns"."t" for_alias
select current_timestamp at time zone 'utc', timestamp '2024-01-01' at time zone 'utc'
select interval '1 day' * 3, 5 * interval '1 hour', interval '2' hour to minute
select approximate_x, prior, connect_by_root a from t start with a = 1 connect by nocycle prior a = b
select rank() over (partition by a, b order by sum(c) desc) from t group by a, b
select decode(a, null, 'x', b) from t where rownum <= 1
select percentile_cont(0.5) within group (order by a) from t group by b having median(c) > 1
select ratio_to_report(a) over (partition by b), listagg(a) within group (order by a) over (partition by b) from t
select a from (t)
select * from (select * from a) natural join (select * from b)
with t1 as (select 1), t2 as (select 2) (select * from t1) union (select * from t2)
select array_concat(array(1), array[2, 3]), subarray(a, 0, 2), array_flatten(b) from t
select a from only_t where like_count > 5
select hll_create_sketch(a) from t
select st_astext(st_geomfromtext('POINT(1 2)', 4326))
select * from t order by a asc, b limit 100;
select a.*, row_number() over () from a
select t.*, 1 as x from t exclude_alias
select q.* from (with a as (select 1) select * from a order by 1 limit 1) q
select * from stg.events e where e.payload.user.id = 5 and e.payload."Type" = 'x'
select * from t pivot (count(*) for a in (1, 2)) as p join u on true
select "group", "order" from "table"
select is_array(a), is_object(b), typeof(c), json_typeof(d) from t
select strtol('ff', 16), chr(65), ascii('a'), len(a), replace(a, 'b', 'c'), initcap(a), lpad(a, 2, '0') from t
select a from t where a ilike any (array['x'])
select cume_dist() over (order by a), percent_rank() over (order by a) from t
select grouping(a), grouping_id(a, b) from t group by cube(a, b)
select 1 from t where 'x' = any (array['x'])`
  .split('\n')
  .filter((line) => line !== '');
