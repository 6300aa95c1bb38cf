import type { SqlRefusalCode } from '../../../core/sql/refusals.ts';
import { files, functions, relations } from './refused-names.ts';

const verbs = `
insert into t values (1)
insert into t select * from u
update t set a = 1
delete from t
delete from t using u where t.id = u.id
merge into t using u on t.id = u.id when matched then delete
truncate t
copy t from 's3://b/k' iam_role default
unload ('select 1') to 's3://b/k' iam_role default
create table t (a int)
create table t as select 1
create temp table t as select 1
create view v as select 1
create or replace view v as select 1
create materialized view v as select 1
create external table s.t (a int) stored as parquet location 's3://b/k'
create function f (a int) returns int stable as $$ select 1 $$ language sql
create or replace procedure p() as $$ begin drop table t; end $$ language plpgsql
create user u password 'x'
create datashare d
create library l language plpythonu from 's3://b/k'
create model m from t target y function f iam_role default
create rls policy p using (true)
alter table t add column b int
alter user u createuser
alter system set x = 1
alter default privileges grant select on tables to public
drop table t
drop schema s cascade
grant all on t to public
revoke all on t from public
call p()
execute s
prepare s as select 1
deallocate s
declare c cursor for select * from t
fetch all from c
close c
begin
begin transaction
start transaction
commit
end
rollback
abort
lock t
set search_path to x
set session authorization 'admin'
reset all
show search_path
show tables from schema a.b
use db
analyze t
vacuum full t
explain select 1
explain analyze select * from t
comment on table t is 'x'
cancel 123
refresh materialized view v
attach rls policy p on t to public
detach masking policy m on t (a) from public
attach 'other.db' as o
detach o
install httpfs
load httpfs
pragma database_list
export database 'x'
import database 'x'
checkpoint
summarize t
describe t
desc t
from t
from t select a
table t
pivot t on a
do $$ begin end $$
listen x
notify x
discard all
reindex table t
cluster t
security label on table t is 'x'
{fn now()}`;

const parameters = `
select $1
select * from t where a = ?
select * from t where a = :name
select * from t limit $1
select @variable
select @@version
select * from $1
select * from :t
select * from t where a in (?, ?)
select $name`;

const into = `
select * into t from u
select a into temp t from u
select a into temporary table t from u
select a into #t from u
select 1 into t
with a as (select 1) select * into t from a
select 1 union select 2 into t
select * from (select a into t from u) q`;

const locks = `
select * from t for update
select * from t for update of t nowait
select * from t for share
select * from t order by a limit 1 for update skip locked
select * from t for no key update
select * from (select * from t for update) q
with a as (select * from t for update) select * from a`;

const multiple = `
select 1; select 2
select 1;drop table t
select 1; -- c\\nselect 2
select 1; ; delete from t
(select 1; drop table t)
begin; select 1; commit
; select 1
select 1; x`;

const dmlInside = `
with a as (delete from t returning *) select * from a
with a as (insert into t values (1) returning a) select * from a
with a as (update t set b = 1 returning b) select * from a
with a as (select 1), b as (merge into t using u on true when matched then delete) select * from a
with a as (select 1) delete from t
with a as (select 1) insert into t select * from a
with a as (select 1) update t set b = 1
select 1 union delete from t
select 1 union all (drop table t)
(delete from t)
((truncate t))
with a as (unload ('select 1') to 's3://b') select 1
with a as (call p()) select 1`;

const syntax = `
select
select from
select * from
select * from t where
select (1
select 1)
select 'open
select "open
select /* open
select /* /* */ 1
select $$open
select $tag$open$tog$
select a,, b
select a from t t2 t3 t4
select * from t group
select * from t order a
select case when 1 then 2
select cast(1 int)
select a b c from t
select ""
select \`a\` from t
select [a] from t
select a from t)) union select 1
select 1 union
select * from t join
select * from (select 1
select a[1:2] from t
select 1 as
select {d '2024-01-01'}
select a := 1
select * from t limit 1 2
select * from t window w as (order by a) x
select 1 from dual where a ==== 1 2
select \\ 1
select count(distinct) from t where
select * from (delete from t) q`;

const lines = (block: string): string[] =>
  block
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\n', '\n'));

/** Code, what it is about, and statements that must be refused with it. */
export const REFUSED_STATEMENTS: readonly (readonly [SqlRefusalCode, string, string[]])[] = [
  ['SQL_NOT_A_QUERY', 'statements that are no query', lines(verbs).filter((line) => !line.startsWith('{'))],
  ['SQL_SYNTAX_ERROR', 'an escape of drivers', lines(verbs).filter((line) => line.startsWith('{'))],
  ['SQL_SYSTEM_RELATION', 'system relations', lines(relations)],
  ['SQL_FUNCTION_DENIED', 'closed functions', lines(functions)],
  ['SQL_FILE_RELATION', 'files as tables', lines(files)],
  ['SQL_PARAMETER', 'placeholders and variables', lines(parameters)],
  ['SQL_SELECT_INTO', 'SELECT INTO', lines(into)],
  ['SQL_LOCK_DENIED', 'locks', lines(locks)],
  ['SQL_MULTIPLE_STATEMENTS', 'more than one statement', lines(multiple)],
  ['SQL_NOT_A_QUERY', 'what changes data inside of a query', lines(dmlInside)],
  ['SQL_SYNTAX_ERROR', 'what is no SQL', lines(syntax)],
  ['SQL_EMPTY', 'nothing', ['', ' ', ';', ' ;; ', '-- only a comment', '/* only /* a */ comment */ ;']],
  [
    'SQL_CHARACTER_DENIED',
    'characters that hide something',
    [
      'select 1\0',
      "select 'a\0b'",
      'select\u000b1',
      'select 1\u0008',
      "select '\u001b[2J'",
      'select\u00a01',
      'select\u20281',
    ].concat([
      'select a\u200bb',
      '\ufeffselect 1',
      "select '\ud800'",
      "select '\udc00\ud800'",
      'select 1 -- \u0085 drop',
      'select\u30001',
    ]),
  ],
  [
    'SQL_STRING_AMBIGUOUS',
    'strings without one reading',
    ["select U&'d\\0061t'", "select u&'x'", 'select U&"x"', "select b'\\''"],
  ],
];
