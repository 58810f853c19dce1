import type pg from 'pg'
import { FEATURE } from './catalog.js'
import { PEER_FUNCTIONS, PEER_TABLES } from './peers/tables.js'

/** The id of the nth account, as the server makes IDs: opaque, of one length. */
export const accountId = (number: number): string => `acc_${number.toString().padStart(26, '0')}`

/** Account that all clients use concurrently. */
export const HOT_ACCOUNT = accountId(0)

const ID = `'acc_' || lpad(n::text, 26, '0')`
/** Enough that no run comes to the end of it. */
const GRANTED = 1_000_000_000

/** Accounts with three grants each that expire one after the other, the first of them soon used up, and old ledger rows. */
export async function seedOurs(
  client: pg.Client,
  accounts: { from: number; to: number },
  ledgerRows: number,
): Promise<void> {
  const { from, to } = accounts
  await client.query(`insert into account (id, kind, external_id, name, version)
    select ${ID}, 'TEAM', 'bench-' || n, 'Bench ' || n, 1 from generate_series(${from}, ${to}) n`)
  await client.query(`insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at)
    select ${ID}, 1, 'evt_' || lpad(n::text, 26, '0'), ${ID}, 'credits.granted', 'Credits were granted.', true, '{}', now() from generate_series(${from}, ${to}) n`)
  await client.query(`insert into credit_grant (id, account_id, feature, amount, granted_at, expires_at, source_kind, source_code, cause_type, cause_id)
    select 'grt_' || lpad((n * 3 + g)::text, 26, '0'), ${ID}, '${FEATURE}', case g when 0 then 5 else ${GRANTED} end, now() - interval '1 day',
      now() + make_interval(days => 100 * (g + 1)), 'PACKAGE', 'pack', 'bench', n || '-' || g
    from generate_series(${from}, ${to}) n, generate_series(0, 2) g`)
  await client.query(`insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after, source, at, reference)
    select ${ID}, 1, g, 0, 'GRANT', '${FEATURE}', 'grt_' || lpad((n * 3 + g)::text, 26, '0'), case g when 0 then 5 else ${GRANTED} end, 0, 'PACKAGE pack', now(), 'bench'
    from generate_series(${from}, ${to}) n, generate_series(0, 2) g`)
  // Old usage of another feature, so that the sums of the tested feature stay easy to check.
  await client.query(`insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, window_start, window_end, amount, balance_after, source, at)
    select 'acc_' || lpad((${from} + n % ${to - from + 1})::text, 26, '0'), 0, n, 0, 'CONSUME', 'runs', now() - interval '90 days', now() - interval '60 days', -1, 0,
      'PLAN free', now() - interval '70 days' from generate_series(1, ${ledgerRows}) n`)
  await client.query('vacuum analyze')
}

/** Makes accounts sub-accounts of a parent, each with a limit that no run reaches. */
export async function seedPool(
  client: pg.Client,
  parent: number,
  children: { from: number; to: number },
): Promise<void> {
  const { from, to } = children
  await client.query(`insert into sub_account (account_id, parent_id, since)
    select ${ID}, '${accountId(parent)}', now() from generate_series(${from}, ${to}) n`)
  await client.query(`insert into spend_cap (id, account_id, sub_account_id, feature, period, set_by_operator, amount, alert_percents, created_by, since, period_start, used)
    select 'cap_' || lpad(n::text, 26, '0'), '${accountId(parent)}', ${ID}, '${FEATURE}', 'MONTH', false, ${GRANTED}, '{}', 'bench', now(), date_trunc('month', now(), 'UTC'), 0
    from generate_series(${from}, ${to}) n`)
  await client.query('vacuum analyze')
}

/** The same for the peers, in a schema of their own. */
export async function seedPeers(client: pg.Client, accounts: number, ledgerRows: number): Promise<void> {
  await client.query(PEER_TABLES)
  await client.query(PEER_FUNCTIONS)
  await client.query(`insert into peer.account (id) select ${ID} from generate_series(0, ${accounts - 1}) n`)
  await client.query(`insert into peer.holding (account_id, feature, id, granted, granted_at, expires_at)
    select ${ID}, '${FEATURE}', g, case g when 0 then 5 else ${GRANTED} end, now() - interval '1 day', now() + make_interval(days => 100 * (g + 1))
    from generate_series(0, ${accounts - 1}) n, generate_series(0, 2) g`)
  await client.query(`insert into peer.ledger (account_id, version, ord, feature, holding_id, amount, at, principal, key)
    select 'acc_' || lpad((n % ${accounts})::text, 26, '0'), -n, 0, '${FEATURE}', 0, 0, now(), 'old', 'old-' || n from generate_series(1, ${ledgerRows}) n`)
  await client.query(
    `insert into peer.bare (account_id, feature, remaining) select ${ID}, '${FEATURE}', ${GRANTED} from generate_series(0, ${accounts - 1}) n`,
  )
  await client.query('vacuum analyze')
}
