/** The model of the peers: as lean as it can be and still mean the same. */
export const PEER_TABLES = `
  create schema peer;
  create table peer.account (id text primary key, version bigint not null default 0);
  create table peer.holding (
    account_id text, feature text, id int, granted bigint not null, used bigint not null default 0, reserved bigint not null default 0,
    granted_at timestamptz not null, expires_at timestamptz, check (used + reserved <= granted), primary key (account_id, feature, id));
  create table peer.ledger (
    account_id text, version bigint, ord int, feature text not null, holding_id int not null, amount bigint not null, at timestamptz not null,
    principal text, key text, primary key (account_id, version, ord));
  create unique index ledger_key on peer.ledger (account_id, key, principal) where key is not null;
  create table peer.event (account_id text, sequence bigint, type text not null, data jsonb not null, at timestamptz not null, primary key (account_id, sequence));
  create table peer.bare (account_id text, feature text, remaining bigint not null check (remaining >= 0), primary key (account_id, feature));
  create table peer.bare_ledger (id bigint generated always as identity primary key, account_id text, feature text, amount bigint not null, at timestamptz not null);
`

/**
 * One call: the key, the expiry order, the balances, the ledger, the event and the version, under the account's lock.
 */
export const PEER_FUNCTIONS = `
  create function peer.consume(p_account text, p_feature text, p_amount bigint, p_principal text, p_key text) returns bigint language plpgsql as $$
  declare
    v bigint; missing bigint := p_amount; n int := 0; h record; units bigint;
  begin
    select version into v from peer.account where id = p_account for update;
    if not found then raise exception 'no account'; end if;
    perform 1 from peer.ledger where account_id = p_account and key = p_key and principal = p_principal;
    if found then return (select version from peer.ledger where account_id = p_account and key = p_key and principal = p_principal); end if;
    if (select coalesce(sum(granted - used - reserved), 0) from peer.holding
        where account_id = p_account and feature = p_feature and (expires_at is null or expires_at > now())) < p_amount then return null; end if;
    for h in select id, granted - used - reserved as free from peer.holding
      where account_id = p_account and feature = p_feature and (expires_at is null or expires_at > now()) and granted > used + reserved
      order by expires_at nulls last, granted_at, id
    loop
      exit when missing = 0;
      units := least(missing, h.free);
      update peer.holding set used = used + units where account_id = p_account and feature = p_feature and id = h.id;
      insert into peer.ledger values (p_account, v + 1, n, p_feature, h.id, -units, now(),
        case when n = 0 then p_principal end, case when n = 0 then p_key end);
      missing := missing - units; n := n + 1;
    end loop;
    insert into peer.event values (p_account, v + 1, 'usage.recorded', jsonb_build_object('features', array[p_feature], 'operations', 1), now());
    update peer.account set version = v + 1 where id = p_account;
    return v + 1;
  end $$;
`

/** Prepared on each connection, one statement a request. */
export const SAME = { name: 'same', text: `select peer.consume($1, $2, $3, 'bench', $4) as version` }
export const BARE = {
  name: 'bare',
  text: `with taken as (
      update peer.bare set remaining = remaining - $3 where account_id = $1 and feature = $2 and remaining >= $3 returning account_id, feature)
    insert into peer.bare_ledger (account_id, feature, amount, at) select account_id, feature, -$3::bigint, now() from taken returning id`,
}
export const CHECK = {
  name: 'check',
  text: `select remaining from peer.bare where account_id = $1 and feature = $2`,
}
