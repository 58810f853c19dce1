import pg from 'pg'

export const inDatabase = (url, name) => Object.assign(new URL(url), { pathname: `/${name}` }).href

/** Runs statements in a database, each as its own transaction. */
export async function runOn(url, statements) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
