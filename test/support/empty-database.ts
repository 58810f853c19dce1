import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** A database with nothing in it. */
export interface EmptyDatabase {
  readonly url: string
  readonly query: <Row>(text: string) => Promise<Row[]>
  drop(): Promise<void>
}

export async function makeEmptyDatabase(): Promise<EmptyDatabase> {
  const server = process.env['STACKGATE_TEST_SERVER']!
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const query = async <Row>(at: string, text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: at })
    await client.connect()
    try {
      return (await client.query(text)).rows as Row[]
    } finally {
      await client.end()
    }
  }
  // Created from template0, without a developer's additions to new databases.
  await query(server, `create database ${name} template template0`)
  return {
    url,
    query: (text) => query(url, text),
    drop: async () => void (await query(server, `drop database if exists ${name} with (force)`)),
  }
}
