import type pg from 'pg'
import type { Bench } from '../bench.js'

/** Invariants after any load, as counts of violations. Each must be 0. */
const BROKEN: Record<string, string> = {
  'grants whose balance is not the sum of their entries': `
    select count(*)::int from credit_grant g join (
      select grant_id, sum(amount) as total from ledger_entry where grant_id is not null group by grant_id) l on l.grant_id = g.id
    where l.total <> g.amount - g.used - g.reserved - g.expired - g.revoked`,
  'accounts whose version is not the number of their events': `
    select count(*)::int from account a join (
      select stream_id, count(*) as events, max(sequence) as last from stream_event group by stream_id) e on e.stream_id = a.id
    where a.version <> e.events or a.version <> e.last`,
  'consumptions without a key, or keys that counted twice': `
    select ((select count(*) from ledger_entry where kind = 'CONSUME' and entry_no = 0 and feature = 'units' and key is null)
      + (select count(*) from (select 1 from ledger_entry where key is not null group by key, principal, account_id, mutation having count(*) > 1) twice))::int`,
  'grants used beyond their amount or before an earlier one': `
    select count(*)::int from credit_grant g where g.used > g.amount or (g.used > 0 and exists (
      select from credit_grant e where e.account_id = g.account_id and e.feature = g.feature and e.expires_at < g.expires_at
        and e.amount > e.used + e.reserved + e.expired + e.revoked))`,
}

export async function assertInvariants(bench: Bench, client: pg.Client): Promise<void> {
  for (const [what, query] of Object.entries(BROKEN)) {
    const { rows } = await client.query<{ count: number }>({ text: query, rowMode: 'array' } as never)
    bench.holds(what, (rows[0] as unknown as number[])[0], 0)
  }
}
