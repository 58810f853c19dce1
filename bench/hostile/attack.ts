import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { signedHeaders } from '../agents/agent-http.js'
import { agentOf } from '../agents/seed.js'

// Ten senders of what costs the most, each in a loop, in a process of its own.

/** Answers by kind of request and status. */
export type AttackResult = Readonly<Record<string, number>>

const url = new URL(process.env['SERVER_URL']!)
const key = process.env['SERVICE_KEY']!
const planIds = JSON.parse(process.env['PLAN_IDS']!) as string[]
const pool = new Pool(url.origin, { connections: 16, bodyTimeout: 120_000, headersTimeout: 120_000 })
const json = { 'content-type': 'application/json' }
const DEEP = 20_000

const hundred = Array.from({ length: 100 }, (_, index) => planIds[index % planIds.length])
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')
const plan = '... on Plan { name features { text } prices { money { formatted } } }'
const deep = (inner: string) => `${'['.repeat(DEEP)}${inner}${']'.repeat(DEEP)}`
const members = Array.from({ length: 900_000 }, (_, index) => `"k${index}":${index}`).join(',')

const graphql = (body: string, token?: string) => () =>
  pool.request({
    method: 'POST',
    path: '/graphql',
    headers: token ? { ...json, authorization: `Bearer ${token}` } : json,
    body,
  })
const report = (number: number, body: string) => () =>
  pool.request({
    method: 'POST',
    path: '/api/v1/agent/commands/report',
    headers: { ...json, ...signedHeaders(agentOf(number), body) },
    body,
  })

const nodes = JSON.stringify({
  query: `query ($ids: [ID!]!) { ${aliases(30, `nodes(ids: $ids) { ${plan} }`)} }`,
  variables: { ids: hundred },
})
const affordable = JSON.stringify({
  query: `query ($ids: [ID!]!) { ${aliases(6, `nodes(ids: $ids) { ${plan} }`)} }`,
  variables: { ids: hundred },
})
const wide = JSON.stringify({
  query: `query ($first: Int!) { ${aliases(20, 'templates(first: $first) { nodes { name description category { name } } }')} }`,
  variables: { first: 40 },
})
const reports = JSON.stringify({
  query: '{ deployment(hash: "bench_1") { commands(first: 100) { nodes { id result rawReport } } } }',
})

/** What each of the ten senders sends. */
const senders: readonly [string, () => Promise<{ statusCode: number; body: { dump(): Promise<void> } }>][] = [
  ['100 ids under 30 aliases', graphql(nodes)],
  ['100 ids under 30 aliases, signed in', graphql(nodes, key)],
  ['100 ids under 6 aliases', graphql(affordable)],
  ['pages under 20 aliases, signed in', graphql(wide, key)],
  ['raw reports of 100 commands', graphql(reports, key)],
  ['a document of 20,000 levels', graphql(JSON.stringify({ query: `{ plans ${'{ a '.repeat(DEEP)}` }))],
  ['variables of 20,000 levels', graphql(`{"query":"query ($a: JSON) { __typename }","variables":{"a":${deep('1')}}}`)],
  ['a report of 900,000 members', report(1, `{"command_id":"none","status":"success","result":{${members}}}`)],
  ['another report of 900,000 members', report(2, `{"command_id":"none","status":"success","result":{${members}}}`)],
  ['a report of 20,000 levels', report(3, `{"command_id":"none","status":"success","result":${deep('1')}}`)],
]

process.on('message', ({ seconds }: { seconds: number }) => {
  void run(seconds * 1000).then((result) => process.send!(result))
})

async function run(milliseconds: number): Promise<AttackResult> {
  const answers: Record<string, number> = {}
  const end = performance.now() + milliseconds
  await Promise.all(
    senders.map(async ([name, send]) => {
      while (performance.now() < end) {
        const status = await send().then(
          async ({ statusCode, body }) => {
            await body.dump()
            return String(statusCode)
          },
          async () => {
            await pause(100)
            return 'cut off'
          },
        )
        answers[`${name}: ${status}`] = (answers[`${name}: ${status}`] ?? 0) + 1
      }
    }),
  )
  return answers
}
