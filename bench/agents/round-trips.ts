import { createClient } from 'graphql-ws'
import type { Pool } from 'undici'
import { WebSocket } from 'ws'
import { signedHeaders } from './agent-http.js'
import { agentOf } from './seed.js'

interface Endpoint {
  readonly url: URL
  readonly serviceKey: string
  readonly pool: Pool
}

/**
 * Round of a worker: its agent polls, a command is queued over REST, the agent receives it and reports, and a dashboard
 * receives the success over its socket. Returns the rounds per second of all workers together.
 */
export async function roundTrips(
  { url, serviceKey, pool }: Endpoint,
  { workers, seconds }: { workers: number; seconds: number },
): Promise<{ perSecond: number; rounds: number }> {
  const socket = createClient({
    url: `${url.origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${serviceKey}` },
    lazy: false,
  })
  const until = performance.now() + seconds * 1000
  const begin = performance.now()
  const rounds = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const agent = agentOf(index + 1)
      const events = socket.iterate<{ commandStatus: { data: { status: string } } }>({
        query: `subscription ($hash: ID!) { commandStatus(deploymentId: $hash) { ... on Event { data } } }`,
        variables: { hash: agent.hash },
      })
      const heard = async () => {
        for (;;) {
          const { value, done } = await events.next()
          if (done) return // ends the last poll
          if (!value.data) throw new Error(`no event: ${JSON.stringify(value)}`)
          if (value.data.commandStatus.data.status === 'SUCCEEDED') return
        }
      }
      const poll = async () => {
        const path = `/api/v1/agent/commands/wait/${agent.hash}?timeout=30`
        const { body } = await pool.request({ method: 'GET', path, headers: signedHeaders(agent, '') })
        return ((await body.json()) as { item: { command_id: string } }).item.command_id
      }
      const enqueue = async () => {
        const { body, statusCode } = await pool.request({
          method: 'POST',
          path: '/api/v1/commands/enqueue',
          headers: { authorization: `Bearer ${serviceKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            deployment_hash: agent.hash,
            command_type: 'start',
            parameters: { app_code: 'web' },
          }),
        })
        await body.dump()
        if (statusCode !== 202) throw new Error(`enqueue was answered ${statusCode}`)
      }
      const report = async (commandId: string) => {
        const text = JSON.stringify({ command_id: commandId, deployment_hash: agent.hash, status: 'success' })
        const { body, statusCode } = await pool.request({
          method: 'POST',
          path: '/api/v1/agent/commands/report',
          headers: { ...signedHeaders(agent, text), 'content-type': 'application/json' },
          body: text,
        })
        await body.dump()
        if (statusCode !== 200) throw new Error(`a report was answered ${statusCode}`)
      }
      // The subscription is there before the first command: its first event would be missed otherwise.
      const first = heard()
      await new Promise((wake) => setTimeout(wake, 100))
      let done = 0
      for (let hearing = first; performance.now() < until; hearing = heard(), done++) {
        const [commandId] = await Promise.all([poll(), enqueue()])
        await report(commandId)
        await hearing
      }
      void events.return!()
      return done
    }),
  )
  await socket.dispose()
  const total = rounds.reduce((sum, done) => sum + done, 0)
  return { rounds: total, perSecond: total / ((performance.now() - begin) / 1000) }
}
