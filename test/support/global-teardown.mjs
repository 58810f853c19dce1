import { dropOnMachines } from './citus-cluster.mjs'

// Drops the databases of the run. The embedded server is deleted with its folder.
export default async function tearDown() {
  const server = globalThis.stackgateTestServer
  const machines = process.env.STACKGATE_TEST_MACHINES?.split(',')
  if (machines || process.env.TEST_DATABASE_URL)
    for (const name of [process.env.STACKGATE_TEST_TEMPLATE, `${process.env.STACKGATE_TEST_TEMPLATE}_catalog`])
      await dropOnMachines(machines ?? [server.url], name)
  await server.stop()
}
