import type { Client } from 'pg'
import { readConfig } from '../services/kernel/config/config.js'
import { openConnection } from '../services/kernel/database/connect.js'
import * as catalog from '../services/kernel/database/distribution.sql.js'
import {
  planDistribution,
  distributionStatements,
  undoStatements,
  type DistributionPlan,
} from '../services/kernel/database/plan-distribution.js'
import { commandLine } from '../services/kernel/command-line.js'
import { UNLIMITED } from '../services/kernel/database/session.js'
import type { Statement, NoParameters } from '../services/kernel/database/statement.js'
import {
  createChangeAccount,
  delegateChangeAccount,
  dropChangeAccount,
} from '../services/entitlements/persist/change-account.citus.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'

/** Result of `db distribute`. */
export interface Distribution extends DistributionPlan {
  /** Version of Citus in the database. Null if it is not installed. */
  readonly citus: string | null
  /** Tables that are distributed or copied already. */
  readonly done: readonly string[]
  /** True if tables were moved. A repeated command only replaces the function that writes changes of accounts. */
  readonly isApplied: boolean
}

interface DistributeOptions {
  readonly apply: boolean
  /** Moves all tables back to the coordinator. Migrations need it: Citus refuses a part of what they may contain. */
  readonly undo?: boolean
  readonly say: (line: string) => void
}

/**
 * Plans the distribution of an installed database over the machines of a Citus cluster, and applies or undoes it on request in one
 * transaction: an interrupted command has changed nothing.
 */
export async function distribute(
  env: NodeJS.ProcessEnv,
  { apply, undo = false, say }: DistributeOptions,
): Promise<Distribution> {
  const { databaseUrl } = readConfig(env)
  if (!databaseUrl) throw new AppError('CONFIGURATION', 'set DATABASE_URL to the coordinator of the Citus cluster')
  const client = await openConnection({
    url: databaseUrl,
    timers: systemTimers,
    name: 'distribute',
    limits: UNLIMITED,
  })
  try {
    const rows = async <Row>({ text }: Statement<NoParameters, Row>): Promise<Row[]> => readRows(client, text)
    const plan = planDistribution(await rows(catalog.storedTables), await rows(catalog.storedReferences))
    const [extension] = await rows(catalog.installedCitus)
    const done = extension ? await namesOfMoved(client) : []
    const found = { ...plan, citus: extension?.version ?? null, done, isApplied: false }
    if (!apply && !undo) return found
    refuse(found, await rows(catalog.otherSessions))
    const isMoved = plan.tables.every(({ name, place }) => place !== 'DISTRIBUTED' || done.includes(name))
    if (apply && !isMoved && done.length > 0) refusePart()
    const statements = undo
      ? [dropChangeAccount(), ...undoStatements(done)]
      : [...(isMoved ? [] : distributionStatements(plan)), createChangeAccount(), delegateChangeAccount()]
    await client.query('begin')
    for (const [number, text] of statements.entries()) {
      say(`${number + 1} of ${statements.length}: ${text}`)
      await client.query(text)
    }
    await client.query('commit')
    return { ...found, done: await namesOfMoved(client), isApplied: undo ? done.length > 0 : !isMoved }
  } finally {
    await client.end()
  }
}

function refuse({ tables, citus, obstacles }: Distribution, sessions: readonly { readonly name: string }[]): void {
  const fail = (reason: string): never => {
    throw new AppError('CONFIGURATION', reason)
  }
  if (tables.length === 0) fail('the database is empty: start the server once, so that it creates the tables')
  if (!citus)
    fail('the extension citus is not installed in this database: run `create extension citus` on each machine')
  if (obstacles.length > 0) fail(`the database cannot be distributed: ${obstacles.join('; ')}`)
  if (sessions.length > 0)
    fail(`stop all processes of Stackgate first: ${sessions.map(({ name }) => name).join(', ')} use this database`)
}

function refusePart(): never {
  throw new AppError(
    'CONFIGURATION',
    `only a part of the tables is distributed: run \`${commandLine('db distribute --experimental-undo')}\` first`,
  )
}

const namesOfMoved = async (client: Client): Promise<string[]> =>
  (await readRows<{ name: string }>(client, catalog.movedTables())).map(({ name }) => name)

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())

/** Rows with names in camel case. */
async function readRows<Row>(client: Client, text: string): Promise<Row[]> {
  const { rows } = await client.query<Record<string, unknown>>(text)
  return rows.map(
    (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [camelCase(name), value])) as Row,
  )
}
