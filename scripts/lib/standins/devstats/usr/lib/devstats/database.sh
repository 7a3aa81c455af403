# shellcheck shell=bash
# A project's database: its tables, and a handful of made-up events. Sourced after common.sh. Callers ask each function how it
# went, and there `set -e` is off: so every statement that may fail says `|| return`.

create_project_database() {
  local made
  made=$(admin postgres -v db="$1" <<<"select 1 from pg_database where datname = :'db'") || return
  [ -n "$made" ] || admin postgres -v db="$1" <<<'create database :"db"' || return
  admin postgres -v db="$1" -v app="$APP" <<<'grant all privileges on database :"db" to :"app"' || return
  admin "$1" -v app="$APP" <<<'grant usage, create on schema public to :"app"; set client_min_messages = warning; create extension if not exists pgcrypto'
}

drop_project_database() { admin postgres -v db="$1" <<<'drop database if exists :"db" with (force)'; }

create_structure() {
  PGOPTIONS='-c client_min_messages=warning' app "$1" <<'SQL'
create table if not exists gha_computed(metric text not null, dt timestamp not null, primary key(metric, dt));
create table if not exists gha_last_computed(metric text primary key, dt timestamp, start_dt timestamp, took interval, took_as_str text, command text);
create table if not exists gha_parsed(dt timestamp primary key);
create table if not exists gha_vars(name text primary key, value_i bigint, value_f double precision, value_s text, value_dt timestamp);
create table if not exists gha_imported_shas(sha text primary key, dt timestamp not null default now());
create table if not exists gha_events(id bigint primary key, type text not null, dup_repo_name text not null, dup_actor_login text not null, created_at timestamp not null);
create table if not exists gha_actors(id bigint, login text not null, name text, primary key(id, login));
create table if not exists gha_logs(id serial, dt timestamp default now(), prog varchar(32) not null default '', proj varchar(32) not null, run_dt timestamp not null, msg text);
create table if not exists sevents_h(time timestamp not null, series text not null, period text not null default 'h', value double precision not null, primary key(time, series, period));
create table if not exists tall_repo_groups(time timestamp not null, all_repo_group_name text not null, all_repo_group_value text);
SQL
}

# What users that only read see: of the tables that are there by now.
grant_readers() {
  app "$1" <<<'grant select on all tables in schema public to ro_user, devstats_team' || return
  admin "$1" -v db="$1" <<<'grant usage on schema public to ro_user, devstats_team; grant connect on database :"db" to ro_user, devstats_team'
}

# advance DATABASE PROJECT: the hours since the last one that is known, at most a day of them.
advance() {
  app "$1" -v repo="$2/$2" <<'SQL' || return
create temporary table hours as
  select generate_series(greatest((select max(dt) + interval '1 hour' from gha_parsed), date_trunc('hour', now() at time zone 'utc') - interval '1 day'),
                         date_trunc('hour', now() at time zone 'utc'), interval '1 hour') as dt;
insert into gha_parsed(dt) select dt from hours on conflict do nothing;
insert into gha_events(id, type, dup_repo_name, dup_actor_login, created_at)
  select extract(epoch from dt)::bigint * 10000 + abs(hashtext(:'repo')) % 3000 * 3 + n, (array['PushEvent', 'IssuesEvent', 'PullRequestEvent'])[n + 1], :'repo', 'person' || n, dt + n * interval '7 min'
  from hours, generate_series(0, 2) n on conflict do nothing;
insert into gha_actors(id, login, name) select n, 'person' || n, 'Person ' || n from generate_series(0, 2) n on conflict do nothing;
SQL
  # An artificial event, as DevStats itself makes for what GitHub's archive lacks.
  app "$1" -v repo="$2/$2" <<'SQL'
insert into gha_events(id, type, dup_repo_name, dup_actor_login, created_at)
  values (281474976710657 + abs(hashtext(:'repo')), 'ArtificialEvent', :'repo', 'person0', date_trunc('hour', now() at time zone 'utc')) on conflict do nothing;
SQL
}

# compute DATABASE: the series of hourly events.
compute() {
  app "$1" <<'SQL'
insert into sevents_h(time, series, value)
  select date_trunc('hour', created_at), 'events_h', count(*) from gha_events group by 1
  on conflict (time, series, period) do update set value = excluded.value;
insert into gha_last_computed(metric, dt, start_dt, took, took_as_str, command)
  values ('events_h', now(), now(), '0 s', '0s', 'calc_metric') on conflict (metric) do update set dt = excluded.dt, start_dt = excluded.start_dt;
SQL
}

write_vars() {
  app "$1" -v name="$2" -v host="$(hostname)" <<'SQL'
insert into gha_vars(name, value_s) values ('full_name', :'name'), ('os_hostname', :'host'), ('stand_in', 'made by the sandbox, not by DevStats')
  on conflict (name) do update set value_s = excluded.value_s;
SQL
}
