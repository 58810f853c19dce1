import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { signedHeaders } from '../agents/agent-http.js'
import { agentOf } from '../agents/seed.js'
import { RUNNING_COMMANDS, runningCommand } from './running-commands.js'

// Ten senders repeat the most expensive requests, in a process of their own.

/** Number of responses by kind of request and status. */
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
const report = (agent: number, body: (commandId: string) => string) => () => {
  const text = body(nextCommand(agent))
  return pool.request({
    method: 'POST',
    path: '/api/v1/agent/commands/report',
    headers: { ...json, ...signedHeaders(agentOf(agent), text) },
    body: text,
  })
}
const reported: Record<number, number> = {}
/** Each report is about a command that still runs. */
function nextCommand(agent: number): string {
  reported[agent] = ((reported[agent] ?? -1) + 1) % RUNNING_COMMANDS
  return runningCommand(agent, reported[agent])
}
const success = (result: string) => (commandId: string) =>
  `{"command_id":"${commandId}","status":"success","result":${result}}`

const nodes = (aliased: number) =>
  JSON.stringify({
    query: `query ($ids: [ID!]!) { ${aliases(aliased, `nodes(ids: $ids) { ${plan} }`)} }`,
    variables: { ids: hundred },
  })
const wrongIds = JSON.stringify({
  query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }',
  variables: { ids: Array.from({ length: 40_000 }, () => ({})) },
})
const wide = JSON.stringify({
  query: `query ($first: Int!) { ${aliases(20, 'templates(first: $first) { nodes { name tags category { name } } }')} }`,
  variables: { first: 40 },
})
const reports = JSON.stringify({
  query: '{ deployment(id: "bench_1") { commands(first: 100) { nodes { id result rawReport } } } }',
})
const line = JSON.stringify({ ts: null, stream: 'stdout', message: 'word '.repeat(30), redacted: false })
const logs = `{"type":"logs","lines":[${`${line},`.repeat(14_000_000 / line.length)}${line}]}`
const text = JSON.stringify({ output: 'a line of a log, with words\n'.repeat(500_000) })

type Send = () => Promise<{ statusCode: number; body: { dump(): Promise<void> } }>

/** Requests of the senders, one kind each. */
const senders: readonly [string, Send][] = [
  ['100 ids under 30 aliases', graphql(nodes(30))],
  ['100 ids under 6 aliases', graphql(nodes(6))],
  ['40,000 wrong ids', graphql(wrongIds)],
  ['pages under 20 aliases, signed in', graphql(wide, key)],
  ['raw reports of 100 commands', graphql(reports, key)],
  ['a document of 20,000 levels', graphql(JSON.stringify({ query: `{ plans ${'{ a '.repeat(DEEP)}` }))],
  ['variables of 20,000 levels', graphql(`{"query":"query ($a: JSON) { __typename }","variables":{"a":${deep('1')}}}`)],
  ['a report of 900,000 members', report(2, success(`{${members}}`))],
  ['a report of 14 MB of logs', report(3, success(logs))],
  ['a report of 20,000 levels', report(4, success(deep('1')))],
]

/** Sent one at a time only. */
const single: readonly [string, Send][] = [['a report of 14 MB in one string', report(4, success(text))]]

/** All senders for some seconds, or one kind a number of times. Otherwise a list of the kinds. */
type AttackOrder = { readonly seconds: number } | { readonly kind: string; readonly times: number } | object

process.on('message', (order: AttackOrder) => {
  if ('seconds' in order) void run(order.seconds * 1000).then((result) => process.send!(result))
  else if ('kind' in order) void repeat(order).then((result) => process.send!(result))
  else process.send!([...senders, ...single].map(([name]) => name))
})

async function run(milliseconds: number): Promise<AttackResult> {
  const results: Record<string, number> = {}
  const end = performance.now() + milliseconds
  await Promise.all(
    senders.map(async ([name, send]) => {
      while (performance.now() < end) await count(results, name, send)
    }),
  )
  return results
}

async function repeat({ kind, times }: { kind: string; times: number }): Promise<AttackResult> {
  const results: Record<string, number> = {}
  const [name, send] = [...senders, ...single].find(([each]) => each === kind)!
  for (let time = 0; time < times; time++) await count(results, name, send)
  return results
}

async function count(results: Record<string, number>, name: string, send: Send): Promise<void> {
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
  results[`${name}: ${status}`] = (results[`${name}: ${status}`] ?? 0) + 1
}
