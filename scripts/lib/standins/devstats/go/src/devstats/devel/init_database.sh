#!/bin/bash
# Creates the database devstats with its users, grants and tables, unless it is there.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

# make_affiliations DATABASE: what all projects know of people.
make_affiliations() {
  admin postgres -v db="$1" -v app="$APP" <<'SQL'
create database :"db";
grant all privileges on database :"db" to :"app";
grant connect on database :"db" to ro_user, devstats_team;
SQL
  admin "$1" -v app="$APP" <<<'grant usage, create on schema public to :"app"; grant usage on schema public to ro_user, devstats_team'
  app "$1" <<'SQL'
create table gha_actors(id bigint, login text not null, name text, country_id varchar(2), primary key(id, login));
create table gha_countries(code varchar(2) primary key, name text not null);
insert into gha_countries values ('pl', 'Poland'), ('us', 'United States');
grant select on all tables in schema public to ro_user, devstats_team;
SQL
}

for variable in PG_PASS PG_PASS_RO PG_PASS_TEAM; do
  [ -n "${!variable:-}" ] || give_up 1 "$variable must be set"
done
./devel/wait_for_postgres.sh

if [ -n "${LDROP:-}" ]; then admin postgres <<<'drop database if exists devstats with (force)'; fi
if [ -n "${UDROP:-}" ]; then
  admin postgres -v app="$APP" <<<'drop role if exists :"app"; drop role if exists ro_user; drop role if exists devstats_team' || say "not all users could be dropped"
fi
[ -z "${NOCREATE:-}" ] || exit 0
if [ "$(admin postgres <<<"select 1 from pg_database where datname = 'devstats'")" = 1 ]; then
  say "the database devstats is there"
  exit 0
fi

# Passwords come from the environment: all can read a program's arguments.
admin postgres -v app="$APP" <<'SQL'
\getenv pass PG_PASS
\getenv pass_ro PG_PASS_RO
\getenv pass_team PG_PASS_TEAM
create database devstats;
create user :"app" with password :'pass' createdb;
create user ro_user with password :'pass_ro';
create user devstats_team with password :'pass_team';
grant all privileges on database devstats to :"app";
grant connect on database devstats to ro_user, devstats_team;
SQL
admin devstats -v app="$APP" <<<'grant usage, create on schema public to :"app"; grant usage on schema public to ro_user, devstats_team'
app devstats <<'SQL'
create sequence gha_logs_id_seq;
create table gha_logs(id integer not null default nextval('gha_logs_id_seq'), dt timestamp default now(), prog varchar(32) not null default '',
  proj varchar(32) not null, run_dt timestamp not null, msg text);
alter sequence gha_logs_id_seq owned by gha_logs.id;
create index logs_id_idx on gha_logs(id);
create index logs_dt_idx on gha_logs(dt);
create index logs_prog_idx on gha_logs(prog);
create index logs_proj_idx on gha_logs(proj);
create index logs_run_dt_idx on gha_logs(run_dt);
create table gha_computed(metric text not null, dt timestamp not null);
create table gha_locks(name text primary key, owner text not null, dt timestamp not null default now());
grant select on all tables in schema public to ro_user, devstats_team;
SQL
[ -z "${GHA2DB_AFFILIATIONS_DB:-}" ] || make_affiliations "$GHA2DB_AFFILIATIONS_DB"
note init_database "" "The database devstats is made"
