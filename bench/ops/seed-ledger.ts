import type pg from 'pg'
import { FEATURE } from '../entitlements/catalog.js'
import { accountId } from '../entitlements/seed.js'

export const ACCOUNTS = 1_000
const VERSIONS = 10
const USES = 100

const ID = `'acc_' || lpad(a::text, 26, '0')`
const GRANT = `'grt_' || lpad(a::text, 26, '0')`

/** Accounts with one grant each and a million uses of them, as batches of the engine leave them: every invariant holds. */
export async function seedLedger(client: pg.Client): Promise<number> {
  const accounts = `generate_series(1, ${ACCOUNTS}) a`
  await client.query(
    `insert into account (id, kind, external_id, name, version) select ${ID}, 'TEAM', 'bench-' || a, 'Bench ' || a, ${VERSIONS + 1} from ${accounts}`,
  )
  await client.query(
    `insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at)
     select ${ID}, 1, 'evt_' || lpad(a::text, 26, '0'), ${ID}, 'credits.granted', 'Something changed.', true, '{}', now() from ${accounts}`,
  )
  await client.query(
    `insert into credit_grant (id, account_id, feature, amount, used, granted_at, expires_at, source_kind, source_code, cause_type, cause_id)
     select ${GRANT}, ${ID}, '${FEATURE}', 1000000, ${VERSIONS * USES}, now() - interval '1 day', now() + interval '1 year', 'PACKAGE', 'pack', 'bench', a::text
     from ${accounts}`,
  )
  await client.query(
    `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after, source, at, reference)
     select ${ID}, 1, 0, 0, 'GRANT', '${FEATURE}', ${GRANT}, 1000000, 1000000, 'PACKAGE pack', now(), 'bench' from ${accounts}`,
  )
  await client.query(
    `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after, source, at, reference, mutation, principal, key, request_fingerprint, operation_total)
     select ${ID}, v + 1, u - 1, 0, 'CONSUME', '${FEATURE}', ${GRANT}, -1, 1000000 - (v - 1) * ${USES} - u, 'PACKAGE pack', now(), 'story-' || u,
       'consume', 'bench', 'key-' || v || '-' || u, md5(a || '-' || v || '-' || u), 1
     from ${accounts}, generate_series(1, ${VERSIONS}) v, generate_series(1, ${USES}) u`,
  )
  await client.query(
    `insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at)
     select ${ID}, v + 1, 'evt_' || lpad((v * ${ACCOUNTS} + a)::text, 26, '0'), ${ID}, 'usage.recorded', 'Entitlements were used.', true,
       '{"features": ["${FEATURE}"], "operations": ${USES}, "holds": 0, "grants": 0}', now()
     from ${accounts}, generate_series(1, ${VERSIONS}) v`,
  )
  await client.query('vacuum analyze')
  const { rows } = await client.query<{ count: string }>('select count(*)::text as count from ledger_entry')
  return Number(rows[0]!.count)
}

/** One of the accounts, to look at. */
export const someAccount = (): string => accountId(1 + Math.floor(ACCOUNTS / 2))
