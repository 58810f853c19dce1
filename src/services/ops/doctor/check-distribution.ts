import * as catalog from '#services/kernel/database/distribution.sql.js'
import { planDistribution, type TablePlace } from '#services/kernel/database/plan-distribution.js'
import { positionalStatement } from '#services/kernel/database/statement.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { commandLine } from '#services/kernel/command-line.js'
import { ok, problem, warning, type Finding } from './finding.js'

/** State of a database with the extension Citus. */
export interface FoundDistribution {
  /** Tables with their places according to the plan. */
  readonly planned: readonly { readonly name: string; readonly place: TablePlace; readonly column: string | null }[]
  /** Tables that are distributed, with the column, or copied to each machine. */
  readonly placed: readonly { readonly name: string; readonly column: string | null }[]
  /** Each machine of the cluster, and its version of Citus; null if it cannot be reached. */
  readonly machines: readonly { readonly name: string; readonly version: string | null }[]
}

/** Finds out whether tables are distributed over machines, by which column, and which are missing. */
export async function checkDistribution(database: Sql): Promise<Finding[]> {
  const [extension] = await database.rows(catalog.installedCitus)
  if (!extension) return [ok('distribution', 'no table is distributed: Citus is not installed in this database')]
  const plan = planDistribution(
    await database.rows(catalog.storedTables),
    await database.rows(catalog.storedReferences),
  )
  const read = <Row>(text: string) => database.rows(positionalStatement<Row>(text), [])
  return decideDistribution({
    planned: plan.tables,
    placed: await read(catalog.placedTables()),
    machines: await read(catalog.machinesOfCluster()),
  })
}

export function decideDistribution({ planned, placed, machines }: FoundDistribution): Finding[] {
  return [decideTables(planned, placed), decideMachines(machines)]
}

function decideTables(planned: FoundDistribution['planned'], placed: FoundDistribution['placed']): Finding {
  const check = 'distribution'
  const moved = planned.filter(({ place }) => place !== 'LOCAL')
  const columns = new Map(placed.map(({ name, column }) => [name, column]))
  const done = moved.filter(({ name, column }) => columns.has(name) && columns.get(name) === column)
  if (placed.length === 0) return ok(check, 'no table is distributed')
  const distributed = done.filter(({ place }) => place === 'DISTRIBUTED').length
  const found = `${distributed} tables are distributed by the account, ${done.length - distributed} are copied to each machine`
  const missing = moved.filter((table) => !done.includes(table)).map(({ name }) => name)
  if (missing.length > 0)
    return problem(
      check,
      `${found}, and ${missing.length} are missing: ${missing.join(', ')}`,
      `stop all processes, then run ${commandLine('db distribute --experimental-undo')} and ${commandLine('db distribute --experimental-apply')}`,
    )
  return warning(
    check,
    found,
    'keep production on one PostgreSQL: some operations do not work on distributed tables, see docs/scale.md, Citus',
  )
}

function decideMachines(machines: FoundDistribution['machines']): Finding {
  const check = 'distribution_machines'
  const shown = machines.map(({ name, version }) => `${name} ${version ?? 'cannot be reached'}`).join(', ')
  const versions = new Set(machines.map(({ version }) => version))
  const found = `Citus on ${machines.length} machines: ${shown}`
  if (versions.has(null)) return problem(check, found, 'start PostgreSQL on each machine, and check the network')
  return versions.size > 1
    ? problem(check, found, 'install the same version of Citus on each machine, then `alter extension citus update`')
    : ok(check, found)
}
