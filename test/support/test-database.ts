import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** A database of this test file's own, cloned from the migrated template. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

const inDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href

async function asAdministrator(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['STACKGATE_TEST_SERVER'] })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Copying files costs a third of what writing every page to the log costs, because the server of the tests syncs nothing to disk.
  await asAdministrator(`create database ${name} template ${process.env['STACKGATE_TEST_TEMPLATE']} strategy file_copy`)
  return {
    url: inDatabase(process.env['STACKGATE_TEST_SERVER']!, name),
    drop: () => asAdministrator(`drop database if exists ${name} with (force)`),
  }
}
