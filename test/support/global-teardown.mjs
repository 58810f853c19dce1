import { runOn } from './run-on.mjs'

// Drops the databases of the run. The embedded server is deleted with its folder.
export default async function tearDown() {
  const server = globalThis.stackgateTestServer
  if (process.env.TEST_DATABASE_URL)
    for (const name of [process.env.STACKGATE_TEST_TEMPLATE, `${process.env.STACKGATE_TEST_TEMPLATE}_catalog`])
      await runOn(server.url, [`drop database if exists ${name} with (force)`])
  await server.stop()
}
