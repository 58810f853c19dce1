import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { cloneOnMachines, dropOnMachines } from './citus-cluster.mjs'

/** A database of this test file's own, cloned from the migrated template. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

export const inDatabase = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${name}` }).href

/** Runs statements in a database, each as its own transaction. */
export async function runStatements(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const asAdministrator = (statement: string): Promise<void> =>
  runStatements(process.env['STACKGATE_TEST_SERVER']!, [statement])

/** Addresses of the machines, if the databases of the tests are distributed: the coordinator first. */
export const testMachines = (): readonly string[] | null => process.env['STACKGATE_TEST_MACHINES']?.split(',') ?? null

/** The template without any row. */
export const migratedTemplate = (): string => process.env['STACKGATE_TEST_TEMPLATE']!

export async function cloneDatabase(template = migratedTemplate()): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const machines = testMachines()
  if (machines) {
    await cloneOnMachines(machines, name, template)
    return { url: inDatabase(machines[0]!, name), drop: () => dropOnMachines(machines, name) }
  }
  // Copying files costs a third of what writing every page to the log costs, because the server of the tests syncs nothing to disk.
  await asAdministrator(`create database ${name} template ${template} strategy file_copy`)
  return {
    url: inDatabase(process.env['STACKGATE_TEST_SERVER']!, name),
    drop: () => asAdministrator(`drop database if exists ${name} with (force)`),
  }
}
