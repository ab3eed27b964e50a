#include "unit/rewrite/guards/texts.h"

#include <array>

namespace mogate::rewrite::test {
namespace {

constexpr Text kGuarded[] = {
    // mo_ctl, wherever it stands
    {"select mo_ctl('dn','flush','d.t')", Seen::sys},
    {"select 1 where MO_Ctl ('dn','checkpoint','') like '%OK%'", Seen::sys},
    {"select 1 where `mo_ctl`('dn','checkpoint','') is null", Seen::sys},
    {"select 1 having mo_ctl/**/('dn','checkpoint','')", Seen::sys},
    {"values row(mo_ctl('dn','ping',''))", Seen::sys},
    {"(select 1 where mo_ctl('dn','ping',''))", Seen::sys},
    {"with c as (select mo_ctl('dn','ping','')) select * from c", Seen::sys},
    {"insert into t select 1 where mo_ctl('dn','ping','')", Seen::sys},
    {"update t set a = 1 where mo_ctl('dn','ping','')", Seen::sys},
    {"delete from t where mo_ctl('dn','ping','')", Seen::sys},
    {"set @a = mo_ctl('dn','ping','')", Seen::sys},
    {"call p(mo_ctl('dn','ping',''))", Seen::sys},
    {"explain select mo_ctl('dn','ping','')", Seen::sys},
    {"explain analyze verbose select 1 where mo_ctl('dn','ping','')", Seen::sys},
    {"create table t(a varchar(99) default (mo_ctl('dn','ping','')))", Seen::sys},
    {"create view v as select 1 where mo_ctl('dn','ping','')", Seen::sys},
    {"-- x\n select 1 where mo_ctl('dn','ping','')", Seen::sys},
    {"select 1 /*! where mo_ctl('dn','ping','') */", Seen::sys},
    {"select 1 /*!99999 where mo_ctl('dn','ping','') */", Seen::sys},
    {"select 1 /*!+ mo_ctl('dn','ping','') */", Seen::sys},
    {"select 2 where 1 /*! *\"mo_ctl('dn','ping','') is null */", Seen::sys},
    {"select 1 as 1begin' where mo_ctl(\"dn\",\"ping\",\"\")", Seen::sys},
    {"select $$ x $$ where mo_ctl('dn','ping','')", Seen::sys},
    {"select '\\'', mo_ctl('dn','ping','')", Seen::sys},
    {"select \"it's\", mo_ctl('dn','ping','')", Seen::sys},
    {"/*+ {\"rewrites\":{\"d.t\":\"select mo_ctl('dn','ping','')\"}} */ select * from d.t", Seen::sys},
    {"/*+ {\"rewrites\":{\"d.t\":\"select \\u006Do_\\u0063tl('dn','ping','')\"}} */ select * from d.t",
     Seen::sys},
    {"/*+ {\"rewrites\":{\"d.t\":\"select mo_*/ /*+ctl('dn','ping','')\"}} */ select * from d.t", Seen::sys},
    {"select /*+ x */ mo_ctl('dn','ping','')", Seen::sys},
    {"begin select mo_ctl('dn','ping',''); end", Seen::sys},
    {"select 1 where fault_inject('all.','status_fault_point','') is null", Seen::sys},
    {"select PURGE_log('rawlog', '2020-01-01')", Seen::sys},
    // MatrixOne's own functions, which run SQL made of their arguments
    {"select * from fulltext_index_scan('{}', 'a.b', '(select 1) t', 'x', 0) f", Seen::sys},
    {"select * from t cross apply FULLTEXT_index_Scan /* x */ ('{}', 'a.b', '(select 1) t', 'x', 0) f",
     Seen::sys},
    {"insert into t select * from hnsw_create('{}', 1) f", Seen::sys},
    {"select * from ivf_search(1) f", Seen::sys},
    {"select * from Fulltext2_Search(1) f", Seen::sys},
    {"prepare s from 'select * from cagra_create(1)'", Seen::sys},
    {"/*+ {\"rewrites\":{\"d.t\":\"select * from ivfpq_search(1)\"}} */ select * from d.t", Seen::sys},
    // strings that are statements
    {"prepare s from 'select mo_ctl(1,2,3)'", Seen::sys},
    {"prepare s from \"select MO_CTL(1,2,3)\"", Seen::sys},
    {"prepare s from 'select mo\\_ctl(1,2,3), mo_c\\tl, m\\o_ctl(1,2,3)'", Seen::sys},
    {"prepare s from $$select mo_ctl(1,2,3)$$", Seen::sys},
    {"prepare s from _utf8mb4 'select mo_ctl(1,2,3)'", Seen::sys},
    {"prepare s from select mo_ctl(1,2,3)", Seen::sys},
    {"prepare s from '/*+ {\"rewrites\":{\"d.t\":\"select \\\\u006do_ctl(1,2,3)\"}} */ select 1'", Seen::sys},
    {"'select mo_ctl(1,2,3)'", Seen::sys},
    {"create function f() returns int language sql as 'select mo_ctl(1,2,3)'", Seen::sys},
    {"create or replace function f() returns int language sql as $$select mo_ctl(1,2,3)$$", Seen::sys},
    {"create procedure p() 'begin select mo_ctl(1,2,3); end'", Seen::sys},
    {"create procedure p() 'begin prepare s from ''select m\\\\o_ctl(1,2,3)''; end'", Seen::sys},
    {"create procedure p() 'begin prepare s from @v; execute s; end'", Seen::sys},
    {"create procedure p() 'begin if 1 then set enable_remap_hint = 1; end if; end'", Seen::sys},
    {"create procedure p() 'begin create table c clone d.t; end'", Seen::sys},
    {"create procedure p() 'kill 5'", Seen::sys},
    {"create task t as begin prepare s from 'select mo_ctl(1,2,3)'; end", Seen::sys},
    {"create task t as begin data branch delete table d.t; end", Seen::sys},
    {"alter role r add rule 'select * from d.t where mo_ctl(1,2,3)' on table d.t", Seen::sys},
    {"create view v as select 'mo_ctl'", Seen::sys},
    {"prepare s from @v", Seen::variable},
    {"/* x */ PREPARE `s` FROM @ v", Seen::variable},
    // settings
    {"set enable_remap_hint = 1", Seen::sys},
    {"SET SESSION Enable_Remap_Hint := on", Seen::sys},
    {"set a = 1, global enable_remap_hint = 1", Seen::sys},
    {"set @@session.enable_remap_hint = 1", Seen::sys},
    {"set @@global . enable_remap_hint = 1", Seen::sys},
    {"set @@`enable_remap_hint` = 1", Seen::sys},
    {"set `enable_remap_hint` = 1", Seen::sys},
    {"set remap_rewrites = '{}'", Seen::sys},
    {"set persist remap_rewrites = '{}'", Seen::sys},
    {"prepare s from 'set enable_remap_hint = 1'", Seen::sys},
    {"prepare s from set enable_remap_hint = 1", Seen::sys},
    {"/*! set enable_remap_hint = 1 */", Seen::sys},
    {"/*+ x */ set enable_remap_hint = 1", Seen::sys},
    {"set connection id to 5", Seen::error},
    {"SET /* x */ CONNECTION ID TO 5", Seen::error},
    // two points in time
    {"select * from t{snapshot='a'} union select * from t{snapshot='b'}", Seen::error},
    {"select * from t {SNAPSHOT = a} x join u{ snapshot = b } y on x.a = y.a", Seen::error},
    {"select * from t{snapshot='a'} minus select * from t{timestamp='2026-01-01 00:00:00'}", Seen::error},
    {"select * from t{mo_ts=1} minus select * from t{mo_ts=2}", Seen::error},
    {"select * from t{as of timestamp 'x'} minus select * from t{as of timestamp 'y'}", Seen::error},
    {"select (select count(*) from t{snapshot='a'}) - (select count(*) from t{snapshot='b'})", Seen::error},
    {"insert into x select * from t{snapshot='a'} where a not in (select a from t{snapshot='b'})",
     Seen::error},
    {"create table x as select * from t{snapshot='a'} union select * from t{snapshot='b'}", Seen::error},
    {"prepare s from 'select * from t{snapshot=\"a\"} minus select * from t{snapshot=\"b\"}'", Seen::error},
    {"explain analyze select * from t{snapshot='a'} union select * from t{snapshot='b'}", Seen::error},
    {"select * from t{/**/snapshot/**/=/**/'a'} union select * from t{#\nsnapshot='b'}", Seen::error},
    {"select * from t/*!{*/snapshot='a'} union select * from t{snapshot='b'}", Seen::error},
    // changing the past
    {"delete from t{snapshot='a'} where a = 1", Seen::error},
    {"delete from t{snapshot='a'}", Seen::error},
    {"insert into d.t{snapshot='a'} values (1)", Seen::error},
    {"insert t{snapshot='a'} set a = 1", Seen::error},
    {"replace into t{snapshot='a'} select 1", Seen::error},
    {"update t{snapshot='a'} set b = 1", Seen::error},
    {"update t{snapshot='a'} x, t y set x.b = y.b where x.a = y.a", Seen::error},
    {"update t x join t{mo_ts=1} as y on x.a = y.a set d.y.b = 1", Seen::error},
    {"update t x, t{snapshot='a'} y set b = 1", Seen::error},
    {"delete x from t{snapshot='a'} x", Seen::error},
    {"delete from x using t{snapshot='a'} as x join u", Seen::error},
    {"delete t, u from t join u{snapshot='a'} on t.a = u.a", Seen::error},
    {"with c as (select 1) update t{snapshot='a'} set b = 1", Seen::error},
    {"truncate table t{snapshot='a'}", Seen::error},
    {"drop table t{snapshot='a'}", Seen::error},
    {"alter table t{snapshot='a'} add column b int", Seen::error},
    {"explain analyze delete from t{snapshot='a'} where a = 1", Seen::error},
    {"load data infile 'x' into table t{snapshot='a'}", Seen::error},
    // clones
    {"create table c clone t", Seen::clone},
    {"create temporary table if not exists d.c clone `e`.`t` {snapshot='a'} copy grants to account x",
     Seen::clone},
    {"CREATE /* x */ DATABASE c CLONE d", Seen::clone},
    {"create schema if not exists c clone d {snapshot = a} to account x;", Seen::clone},
    {"create table c{snapshot='a'} clone t", Seen::clone},
    {"create table clone clone clone", Seen::clone},
    {"prepare s from create table c clone t", Seen::clone},
    {"prepare s from 'create table c clone t'", Seen::clone},
    {"/*+ x */ create table c clone t", Seen::clone},
    {"create table c clone", Seen::error},
    {"create table c clone (select 1)", Seen::error},
    // branches
    {"data branch diff a against b", Seen::branch},
    {"data branch diff a{snapshot='x'} against b{snapshot='y'} columns (c) output as d.e", Seen::branch},
    {"data branch create table a from b{snapshot='x'} to account c", Seen::branch},
    {"data branch create database a from b", Seen::branch},
    {"data branch delete table mo_catalog.mo_user", Seen::branch},
    {"DATA/**/BRANCH delete database a", Seen::branch},
    {"data branch merge a into b when conflict skip", Seen::branch},
    {"data branch pick a into b between snapshot x and y keys (select 1)", Seen::branch},
    {"/*+ x */ data branch delete table a", Seen::branch},
    {"data branch frobnicate", Seen::error},
    // deletes
    {"delete from t", Seen::delete_all},
    {"DELETE quick FROM d.t AS x;", Seen::delete_all},
    {"delete from t order by a", Seen::delete_all},
    {"delete from t partition (p0)", Seen::delete_all},
    {"/*! delete */ from t", Seen::delete_all},
    {"with c as (select 1 where 1) delete from t", Seen::delete_all},
    {"explain analyze delete from t", Seen::delete_all},
    {"explain (analyze true) delete from t", Seen::delete_all},
    {"prepare s from delete from t", Seen::delete_all},
    {"prepare s from 'delete from t'", Seen::delete_all},
    {"delete from t -- where a = 1", Seen::delete_all},
    // behind a hint, what parse() itself reads
    {"/*+ x */ kill 5", Seen::ours},
    {"kill query 5", Seen::ours},
    {"flush tables", Seen::ours},
    {"show gateway status", Seen::ours},
};

constexpr Text kHarmless[] = {
    {"select 1"},
    {"select 1;"},
    {""},
    {" ; "},
    {"select 'mo_ctl'"},
    {"select 'a''mo_ctl(' /* mo_ctl */ -- mo_ctl\n # mo_ctl\n // mo_ctl"},
    {"select mo_ctls, xmo_ctl, mo_ctl2 from t"},
    {"select @mo_ctl"},
    {"select ivf_search, hnsw_create from fulltext_index_scan"},
    {"select * from my_hnsw_create(1), index_scan(1), date_create(1)"},
    {"select fault_inject, purge_log from audit_log, a_inject, b_log"},
    {"/*+ {\"rewrites\":{}} */ select 1"},
    {"insert into t values ('{\"snapshot\": 1}', '{snapshot=a}', '{snapshot=b}')"},
    {"select * from t{snapshot='a'} join u{snapshot=a} join v{SNAPSHOT = `a`}"},
    {"select * from t{snapshot='a'} minus select * from t"},
    {"explain select * from t{snapshot='a'} union select * from t{snapshot='b'}"},
    {"select a, b from t where c in (1, 2) order by d limit 3"},
    {"insert into t values (1, 'x'), (2, 'y')"},
    {"insert into t select * from u{snapshot='a'}"},
    {"replace into t(a) select a from u{snapshot='a'}"},
    {"update t set a = (select b from t{snapshot='a'} limit 1) where c = 1"},
    {"update t x, t{snapshot='a'} y set x.b = y.b where x.a = y.a"},
    {"update t set a = 1 from u{snapshot='a'} y where t.a = y.a"},
    {"update t x join (select * from t{snapshot='a'}) y set y.b = 1"},
    {"delete from t where a in (select a from t{snapshot='a'})"},
    {"delete x from t x join t{snapshot='a'} y on x.a = y.a where x.a = 10"},
    {"delete from t where true"},
    {"delete from t limit 1"},
    {"delete t from t"},
    {"delete from t using t"},
    {"delete from t returning a"},
    {"explain delete from t"},
    {"create table t (clone int, a varchar(9) default 'mo_ctl')"},
    {"create table clone (a int)"},
    {"create table t like u"},
    {"create table t as select clone from u"},
    {"create view v as select * from t{snapshot='a'}"},
    {"create function f(a int) returns int language sql as '$1 + 1'"},
    {"create procedure p() 'begin delete from t; select 1; end'"},
    {"create user u identified by 'mo_ctl'"},
    {"create task t as begin insert into x values (1); delete from x; end"},
    {"alter table t comment 'kill 5; mo_ctl'"},
    {"alter view v as select * from t{snapshot='a'}"},
    {"alter role r add rule 'select * from d.t' on table d.t"},
    {"set names utf8mb4"},
    {"set @enable_remap_hint = 1"},
    {"set a = @@enable_remap_hint"},
    {"select @@enable_remap_hint"},
    {"set connection = 1"},
    {"set @v = 'select mo_ctl(1,2,3)'"},
    {"prepare s from 'select ?'"},
    {"prepare s from select 1"},
    {"prepare s from 'delete from t where a = ?'"},
    {"execute s using @a"},
    {"begin"},
    {"begin; select 1; commit"},
    {"begin work"},
    {"show databases"},
    {"show create table t {snapshot='a'}"},
    {"data"},
    {"data load"},
    {"desc t"},
    {"explain t"},
    {"'select 1'"},
    {"use d"},
    {"commit"},
    {"call p('mo_ctl')"},
    {"select 1 /* unterminated"},
    {"select 'unterminated"},
    {"with c as (select 1) select * from c"},
    {"__++__internal_get_snapshot_ts s sys p"},
};

struct Reader {
  Seen operator()(const NeedsSys&) const { return Seen::sys; }
  Seen operator()(const Clone&) const { return Seen::clone; }
  Seen operator()(const DataBranch&) const { return Seen::branch; }
  Seen operator()(const DeleteAll&) const { return Seen::delete_all; }
  Seen operator()(const PrepareFromVariable&) const { return Seen::variable; }
  template <class T>
  Seen operator()(const T&) const {
    return Seen::ours;
  }
};

}  // namespace

std::span<const Text> guarded_texts() { return kGuarded; }
std::span<const Text> harmless_texts() { return kHarmless; }

Seen seen(const Parsed& parsed) {
  if (std::holds_alternative<NotOurs>(parsed)) return Seen::nothing;
  if (std::holds_alternative<protocol::SqlError>(parsed)) return Seen::error;
  return std::visit(Reader{}, std::get<Statement>(parsed).as);
}

ParseOptions on(int major) {
  ParseOptions options;
  options.dialect.is_matrixone = true;
  options.dialect.version = {major, 0, 12};
  return options;
}

}  // namespace mogate::rewrite::test
