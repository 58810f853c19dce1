import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloneDatabase, type TestDatabase } from '../support/test-database.js'
import type { ServerProcess } from '../support/server-process.js'
import { startTestModeServer } from '../support/test-mode-server.js'

interface Response {
  readonly status: number
  readonly connection: string | undefined
}

const CLIENTS = 8

// A balancer that keeps connections: it takes a process out when that says that it is not ready, and not before.
describe('Server stop behind a load balancer', () => {
  let database: TestDatabase
  let server: ServerProcess
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-stop-'))
  beforeAll(async () => {
    database = await cloneDatabase()
    server = await startTestModeServer({ databaseUrl: database.url, dataDir, env: { DRAIN_SECONDS: '12' } })
  })
  afterAll(async () => {
    await server.stop()
    await database.drop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const ask = (agent: Agent, path: string, body?: string): Promise<Response> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      request(`${server.url}${path}`, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode!, connection: response.headers.connection }))
          .once('error', reject)
      })
        .once('error', reject)
        .end(body)
    })
  const keepAlive = () => new Agent({ keepAlive: true, maxSockets: 1 })
  const QUERY = JSON.stringify({ query: '{ plans { code } }' })

  it('reports not ready first, continues serving, and resets no kept-alive connection', async () => {
    const failures: string[] = []
    const afterNotReady: Response[] = []
    const balancer = { isOut: false }
    const probe = keepAlive()
    const untilNotReady = async () => {
      while (!balancer.isOut) balancer.isOut = (await ask(probe, '/health/ready')).status === 503
    }
    const client = async () => {
      const agent = keepAlive()
      while (!balancer.isOut)
        await ask(agent, '/graphql', QUERY).then(
          ({ status }) => status === 200 || failures.push(`status ${status}`),
          (error: Error) => failures.push(error.message),
        )
      agent.destroy()
    }
    // It was used once, and is idle when the process gets the stop signal.
    const idle = keepAlive()
    expect(await ask(idle, '/graphql', QUERY)).toEqual({ status: 200, connection: 'keep-alive' })
    const clients = Array.from({ length: CLIENTS }, client)
    const watching = untilNotReady()

    process.kill(server.pid, 'SIGTERM')
    await watching.catch((error: Error) => failures.push(`probe: ${error.message}`))
    balancer.isOut = true
    await Promise.all(clients)
    // Clients that have not noticed it yet: a kept-alive connection and a new one.
    for (const agent of [idle, keepAlive()]) afterNotReady.push(await ask(agent, '/graphql', QUERY))
    for (const agent of [idle, probe]) agent.destroy()
    expect(failures).toEqual([])
    expect(afterNotReady).toEqual([
      { status: 200, connection: 'close' },
      { status: 200, connection: 'close' },
    ])
  })
})
