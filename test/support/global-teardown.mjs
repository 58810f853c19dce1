// Drops the databases of the run. The embedded server is deleted with its folder.
export default async function tearDown() {
  const server = globalThis.stackgateTestServer
  if (process.env.TEST_DATABASE_URL) {
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    for (const name of [process.env.STACKGATE_TEST_TEMPLATE, `${process.env.STACKGATE_TEST_TEMPLATE}_catalog`])
      await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  }
  await server.stop()
}
