/** One statement a line; what is wrong with each is a name in it. */
export const relations = `
select * from pg_catalog.pg_user
select * from pg_user
select * from PG_USER
select * from "pg_user"
select * from "PG_Catalog"."pg_user"
select * from dev.pg_catalog.pg_class
select * from "dev"."PG_CATALOG"."t"
select * from information_schema.tables
select * from INFORMATION_SCHEMA . COLUMNS
select * from information_schema /* c */ . /* d */ tables
select * from dev.information_schema.columns
select * from stl_query
select * from STL_LOAD_ERRORS
select * from stv_recents
select * from svl_qlog
select * from svv_tables
select * from svv_all_columns
select * from svcs_query_summary
select * from stcs_concurrency_scaling_usage
select * from sys_query_history
select * from SYS_LOAD_ERROR_DETAIL
select * from pg_catalog.sys_query_text
select * from pg_internal.x
select * from pg_toast.x
select * from pg_temp_1.t
select * from pg_table_def
select * from public.pg_shadow
select * from mine.stl_query
select * from t join pg_user u on true
select * from t, stl_query
select * from (t join svv_tables s on true)
select * from t left join lateral (select * from pg_user) u on true
select * from t where a in (select usename from pg_user)
select (select max(usename) from pg_user)
select exists (select 1 from stl_query)
select 1 union select usename from pg_user
select 1 union all (select usename from pg_user)
with a as (select * from pg_user) select * from a
with pg_user as (select 1) select * from pg_user
select * from a where b = (with c as (select * from stl_query) select 1 from c)
select * from t order by (select 1 from pg_user)
select * from t group by (select 1 from pg_user)
select * from t limit (select 1 from pg_user)
select * from t qualify (select true from pg_user)
select case when true then (select 1 from pg_user) end
select f((select 1 from pg_user))
select sum(a) over (order by (select 1 from pg_user)) from t
select a[(select 1 from pg_user)] from t
select listagg(a) within group (order by (select 1 from pg_user)) from t
select * from t pivot (sum(a) for b in (select usename from pg_user))
select * from (values ((select 1 from pg_user))) v
values ((select usename from pg_user))
select pg_user.usename
select pg_catalog.pg_user.usename from t
select stl_query.querytxt from t
select sys_query_history.query_text from t
select pg_user.* from t
select 'pg_user'::regclass
select cast('f' as regproc)
select cast(a as information_schema.sql_identifier) from t
select a::pg_catalog.regtype from t
select regclass 'pg_user' from pg_user
select * from ｐｇ_user
select * from t start with (select true from pg_user) connect by prior a = b`;

export const functions = `
select pg_terminate_backend(1)
select PG_CANCEL_BACKEND(1)
select "pg_sleep"(10)
select pg_sleep(10) from t
select pg_catalog.pg_sleep(10)
select pg_catalog.upper(a) from t
select pg_last_query_id()
select pg_backend_pid()
select pg_get_viewdef('v')
select pg_read_file('/etc/passwd')
select set_config('search_path', 'x', false)
select current_setting('x')
select has_table_privilege('u', 't', 'select')
select has_schema_privilege('s', 'usage')
select lo_import('/etc/passwd')
select lo_export(1, '/tmp/x')
select dblink('x', 'select 1')
select dblink_exec('x', 'drop table t')
select explain_model('m')
select nextval('s')
select setval('s', 1)
select getenv('HOME')
select query_to_xml('select 1', true, true, '')
select * from t where pg_sleep(1) is null
select * from t order by pg_sleep(1)
select sum(pg_sleep(1)) over () from t
select * from read_csv('/etc/passwd')
select * from read_csv_auto('x')
select * from read_parquet('x')
select * from read_json('x')
select * from read_text('/etc/passwd')
select * from read_blob('/etc/passwd')
select * from glob('/*')
select * from sniff_csv('x')
select * from parquet_scan('x')
select * from sqlite_scan('x', 't')
select * from duckdb_settings()
select * from pragma_table_info('t')
select * from query('drop table t')
select * from query_table('t')
select * from json_execute_serialized_sql('x')
select * from pg_ls_dir('.')
select * from my_function(1)
select * from mart.my_function(1)
select * from dblink('x', 'select 1') as t (a)
select * from t, glob('/*')
select * from t join read_text('x') on true
select json_execute_serialized_sql('x')
select current_aws_account()`;

export const files = `
select * from 'file.csv'
select * from '/etc/passwd'
select * from t join 'file.parquet' f on true
select * from t, 'x.json'
select * from "file.csv"
select * from "/etc/passwd"
select * from "data/*.parquet"
select * from "s3://bucket/key"
select * from "https://host/x.parquet"
select * from "a.parquet" b
select * from file.csv
select * from dir.file.parquet
select * from "c:\\x"
select * from $$file.csv$$`;
