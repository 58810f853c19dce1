import { randomUUID } from 'node:crypto'
import { inDatabase, runOn } from './run-on.mjs'

export { inDatabase, runOn as runStatements }

/** A database of this test file's own, cloned from the migrated template. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Runs a statement on the server of the tests, outside of their databases. */
export const asAdministrator = (statement: string): Promise<void> =>
  runOn(process.env['STACKGATE_TEST_SERVER']!, [statement])

/** The template without any row. */
export const migratedTemplate = (): string => process.env['STACKGATE_TEST_TEMPLATE']!

/** Copying files costs a third of what writing every page to the log costs, because the server of the tests syncs nothing to disk. */
export const createFromTemplate = (name: string, template: string): Promise<void> =>
  asAdministrator(`create database ${name} template ${template} strategy file_copy`)

export async function cloneDatabase(template = migratedTemplate()): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await createFromTemplate(name, template)
  return {
    url: inDatabase(process.env['STACKGATE_TEST_SERVER']!, name),
    drop: () => asAdministrator(`drop database if exists ${name} with (force)`),
  }
}
