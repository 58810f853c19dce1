import type pg from 'pg'
import { commandLine } from '../command-line.js'
import { findsDistributedTables, installedCitus } from './distribution.sql.js'
import type { Form, StatementForm } from './forms.js'
import { ONE_SERVER, type AnyStatement, type FindLayout, type Layout, type RunStatement } from './layout.js'

/**
 * Finds out whether accounts are distributed over the machines of a Citus cluster. Each statement and function then has its form of a list: only
 * the rows of one account are on one machine.
 */
export const findLayoutWith =
  (forms: readonly Form[]): FindLayout =>
  async (client) =>
    (await isDistributed(client)) ? createCitusLayout(forms) : ONE_SERVER

async function isDistributed(client: pg.Client): Promise<boolean> {
  if ((await client.query(installedCitus.text)).rowCount === 0) return false
  return (await client.query<{ found: boolean }>(findsDistributedTables())).rows[0]!.found
}

export function createCitusLayout(forms: readonly Form[]): Layout {
  const works = new Map<unknown, unknown>(forms.flatMap((form) => ('work' in form ? [[form.of, form.work]] : [])))
  const statements = new Map(
    forms.flatMap((form): [AnyStatement, StatementForm][] => ('work' in form ? [] : [[form.of, form.statement]])),
  )
  return {
    // A transaction that writes tables with a copy on each machine has one connection to each machine.
    settings: `set citus.multi_shard_modify_mode = 'sequential'`,
    // A generic plan cannot know the machine of an account. Limits of a transaction hold on all machines.
    frequentSettings: `set jit = off; set citus.propagate_set_commands = 'local'`,
    // Citus refuses a part of what migrations contain, and leaves the tables that they create on the coordinator.
    refusesMigrations: `this release has migrations, which cannot change distributed tables: run \`${commandLine('db distribute --experimental-undo')}\`, start one process, stop it, and run \`${commandLine('db distribute --experimental-apply')}\``,
    // The machines have no common snapshot, so a file could contain a part of a transaction.
    refusesBackup: `the tables are distributed over several machines: back up each machine with the tools of PostgreSQL, or stop all processes, run \`${commandLine('db distribute --experimental-undo')}\` and repeat the backup`,
    formOf: <Work>(work: Work) => works.get(work) as Work | undefined,
    running: (run) => namingConstraints(runForms(run, statements)),
    batched: (work) => async (items) => {
      const running = items.map(async (item) => (await work([item]))[0]!)
      // The failure of an item is its own: the batcher does not run the others again.
      await Promise.allSettled(running)
      return running
    },
  }
}

/** Number of the shard in the name of a constraint of a distributed table. */
const SHARD = /_\d{6,}$/
/** Citus repeats the message of another machine, and not always the name of the constraint. */
const NAMED = /constraint "([^"]+)"/

/** Gives the violation of a constraint the name that the constraint has in the schema. */
const namingConstraints =
  (run: RunStatement): RunStatement =>
  async (statement, values) => {
    try {
      return await run(statement, values)
    } catch (error) {
      const found = error as { code?: string; constraint?: string; message?: string }
      const name = found.code?.startsWith('23') && (found.constraint ?? NAMED.exec(found.message ?? '')?.[1])
      if (name) found.constraint = name.replace(SHARD, '')
      throw error
    }
  }

const runForms =
  (run: RunStatement, forms: ReadonlyMap<AnyStatement, StatementForm>): RunStatement =>
  async (statement, values) => {
    const form = forms.get(statement)
    if (!form) return run(statement, values)
    const result = form.each
      ? await runEach(run, form.read, form.each, values as Record<string, readonly unknown[]>)
      : await run(form.read, values)
    if (form.writes.length > 0 && result.rows.length > 0) {
      const found = jsonOf(result)
      for (const write of form.writes) await run(write, { ...(values as object), found })
    }
    return result
  }

/** Runs a statement for each position of some arrays. */
async function runEach(
  run: RunStatement,
  statement: AnyStatement,
  each: readonly string[],
  given: Record<string, readonly unknown[]>,
): Promise<pg.QueryArrayResult> {
  const results: pg.QueryArrayResult[] = []
  for (let place = 0; place < given[each[0]!]!.length; place++) {
    const one = Object.fromEntries(each.map((name) => [name, [given[name]![place]]]))
    results.push(await run(statement, { ...given, ...one }))
  }
  return together(results)
}

/** Rows as a list of objects in JSON. */
const jsonOf = ({ rows, fields }: pg.QueryArrayResult): string =>
  JSON.stringify(
    rows.map((cells: unknown[]) => Object.fromEntries(fields.map(({ name }, index) => [name, asJson(cells[index])]))),
  )

/** A value as PostgreSQL reads it from JSON. */
const asJson = (cell: unknown): unknown => (Buffer.isBuffer(cell) ? `\\x${cell.toString('hex')}` : cell)

/** Rows of several statements as those of one. */
function together(results: readonly pg.QueryArrayResult[]): pg.QueryArrayResult {
  const [first] = results
  return {
    command: first?.command ?? '',
    oid: 0,
    fields: first?.fields ?? [],
    rowCount: results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    rows: results.flatMap(({ rows }) => rows),
  }
}
