import type { Acknowledged } from './failover-load.js'
import type { TestServer } from './test-server.js'

/** Differences between what was acknowledged and what the database contains. Without a defect every list is empty. */
export interface Differences {
  readonly lost: {
    readonly consumptions: readonly string[]
    readonly events: readonly string[]
    readonly commands: readonly string[]
    readonly reports: readonly string[]
  }
  readonly doubled: {
    readonly consumptions: readonly string[]
    readonly commands: readonly string[]
  }
}

/** Compares by idempotency key, by ID of an event and by ID of a command. */
export async function compareWithDatabase(server: TestServer, known: Acknowledged): Promise<Differences> {
  const entries = await server.query<{ key: string; operations: number; units: number }>(
    // A consumption from several sources has an entry for each, and the key is in the first.
    `select keyed.key, sum(-entry.amount)::int as units,
       count(distinct (keyed.account_id, keyed.version, keyed.operation_no))::int as operations
     from ledger_entry keyed join ledger_entry entry using (account_id, version, operation_no)
     where keyed.mutation = 'consume' and keyed.key is not null group by keyed.key`,
  )
  const ledger = new Map(entries.map((entry) => [entry.key, entry]))
  const received = await server.query<{ id: string }>(`select event_id as id from inbox_event`)
  const events = new Set(received.map(({ id }) => id))
  const rows = await server.query<{ id: string; status: string }>(`select id, status from command`)
  const commands = new Map(rows.map(({ id, status }) => [id, status]))
  return {
    lost: {
      consumptions: [...known.consumptions].filter((key) => !ledger.has(key)),
      events: [...known.events].filter((id) => !events.has(id)),
      commands: [...known.commands].filter((id) => !commands.has(id)),
      reports: [...known.reports].filter((id) => commands.get(id) !== 'SUCCEEDED'),
    },
    doubled: {
      consumptions: entries.filter(({ operations, units }) => operations !== 1 || units !== 1).map(({ key }) => key),
      commands: known.again,
    },
  }
}

/** Number of differences of a kind. */
export const countOf = (kind: Readonly<Record<string, readonly string[]>>): number =>
  Object.values(kind).reduce((sum, list) => sum + list.length, 0)
