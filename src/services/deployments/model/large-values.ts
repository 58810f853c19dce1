import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { readReport } from './report-bytes.js'
import { findReport } from './deployment-queries.js'

/** Limits the large values (results, reports) that one response loads. */
export interface LargeValueBudget {
  /** Bytes that are left. */
  left: number
}

/** Maximum size of a value as JSON in a response of GraphQL. A route returns a larger one as bytes. */
export const MAX_JSON_BYTES = 256 * 1024
/** Maximum size of a value that is read for a typed result, and in responses of REST. */
export const MAX_VALUE_BYTES = 1_048_576
const MAX_RESPONSE_BYTES = 2 * MAX_VALUE_BYTES
/** A larger value is parsed in a separate turn of the event loop. */
const TURN_BYTES = 65_536

/** A budget for one response. */
export const largeValueBudget = (): LargeValueBudget => ({ left: MAX_RESPONSE_BYTES })

/** A value that was loaded. `value` is null if it does not fit into the response. */
export interface LargeValue {
  readonly id: string
  readonly fits: boolean
  readonly value: unknown
}

/** Parameters or results of commands, in the order of the ids, as many as fit. */
export async function commandValues(
  { query }: Sql,
  column: 'parameters' | 'result',
  ids: readonly string[],
  budget: LargeValueBudget,
  maxBytes = MAX_JSON_BYTES,
): Promise<LargeValue[]> {
  const sizes = await query
    .selectFrom('command')
    .select(['id', sql<number>`octet_length(${sql.ref(column)}::text)`.as('size')])
    .where('id', 'in', ids)
    .where(column, 'is not', null)
    .execute()
  const chosen = chooseFitting(ids, sizes, Math.min(maxBytes, budget.left), budget)
  for (const { size } of chosen) budget.left -= size
  const rows = await query
    .selectFrom('command')
    .select(['id', sql<string>`${sql.ref(column)}::text`.as('text')])
    .where(
      'id',
      'in',
      chosen.map(({ id }) => id),
    )
    .execute()
  const values = new Map<string, unknown>()
  for (const { id, text } of rows) values.set(id, await parse(text))
  return sizes.map(({ id }) => ({ id, fits: values.has(id), value: values.get(id) ?? null }))
}

/** Reports by their ids, in the order of the ids, as many as fit. */
export async function rawReports(
  database: Sql,
  ids: readonly string[],
  budget: LargeValueBudget,
  maxBytes = MAX_JSON_BYTES,
): Promise<LargeValue[]> {
  const sizes = await database.query
    .selectFrom('command_report')
    .select(['id', sql<number>`octet_length(body)`.as('size')])
    .where('id', 'in', ids)
    .execute()
  const values = new Map<string, unknown>()
  // Reports are stored compressed. They are read one after the other, so that each read knows the bytes that are left.
  for (const { id } of chooseFitting(ids, sizes, Math.min(maxBytes, budget.left), budget)) {
    const bytes = await reportWithin(database, id, Math.min(maxBytes, budget.left))
    if (!bytes) continue
    budget.left -= bytes.length
    values.set(id, await parse(bytes.toString('utf8')))
  }
  return sizes.map(({ id }) => ({ id, fits: values.has(id), value: values.get(id) ?? null }))
}

/** The bytes of a report; null if it has more than `limit`. */
async function reportWithin(database: Sql, id: string, limit: number): Promise<Buffer | null> {
  const report = await findReport(database, id)
  return report && limit > 0 ? readReport(report, limit) : null
}

/** Commands with their large results, as many as fit; `hasLargeResult` stays true where one is left out. */
export async function withLargeResults(
  database: Sql,
  commands: readonly CommandRow[],
  budget = largeValueBudget(),
): Promise<CommandRow[]> {
  const large = commands.filter((command) => command.hasLargeResult).map(({ id }) => id)
  if (large.length === 0) return [...commands]
  const values = await commandValues(database, 'result', large, budget, MAX_VALUE_BYTES)
  const loaded = new Map(values.map((value) => [value.id, value]))
  return commands.map((command) => {
    const found = loaded.get(command.id)
    return found?.fits ? { ...command, result: found.value, hasLargeResult: false } : command
  })
}

/** Commands with their complete parameters, which REST never omits. */
export async function withLargeParameters(database: Sql, commands: readonly CommandRow[]): Promise<CommandRow[]> {
  const large = commands.filter((command) => command.hasLargeParameters).map(({ id }) => id)
  if (large.length === 0) return [...commands]
  const rows = await database.query
    .selectFrom('command')
    .select(['id', 'parameters'])
    .where('id', 'in', large)
    .execute()
  const loaded = new Map(rows.map(({ id, parameters }) => [id, parameters]))
  return commands.map((command) => ({ ...command, parameters: loaded.get(command.id) ?? command.parameters }))
}

/** Chooses the values that fit, in the order of the ids. */
function chooseFitting<Sized extends { id: string; size: number }>(
  ids: readonly string[],
  sizes: readonly Sized[],
  maxBytes: number,
  { left }: LargeValueBudget,
): Sized[] {
  const byId = new Map(sizes.map((sized) => [sized.id, sized]))
  const chosen: Sized[] = []
  for (const sized of ids.flatMap((id) => byId.get(id) ?? [])) {
    if (sized.size > Math.min(maxBytes, left)) continue
    left -= sized.size
    chosen.push(sized)
  }
  return chosen
}

async function parse(text: string): Promise<unknown> {
  if (text.length > TURN_BYTES) await ownTurn()
  return JSON.parse(text) as unknown
}
