import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { startPeer } from '../harness/peer-server.js'
import { createProcessorMeter, findPostmaster, type ProcessorMeter } from '../harness/processor-meter.js'
import { benchFolder } from '../harness/project.js'
import { compareThroughput, type Side } from '../load/compare.js'
import { loadGenerator } from '../load/load.js'
import { features, planCatalog } from './catalog.js'
import type { PlanView } from './peers/read-plans.js'
import { plansQuery } from './query.js'

const effort = { connections: 32, seconds: 2, warmUpSeconds: 3, rounds: 9 }
const FEW_CALLERS = [1, 8]

/** One query for the whole catalog, on the real server, against peers on the same database. */
export async function benchmarkPlans(bench: Bench): Promise<void> {
  const folder = join(benchFolder, 'plans')
  mkdirSync(folder, { recursive: true })
  const catalog = join(folder, 'catalog.yaml')
  writeFileSync(catalog, planCatalog())
  bench.say(
    `load generator ${loadGenerator}, ${effort.connections} connections, ${effort.rounds} x ${effort.seconds} s a side`,
  )

  const server = await startStackgate(join(folder, 'data'), { CATALOG: catalog })
  const database = { DATABASE_URL: server.databaseUrl() }
  const postmaster = await findPostmaster(server.databaseUrl())
  const meterOf = (pid: number) => createProcessorMeter(pid, postmaster)
  const body = JSON.stringify({ query: plansQuery })
  const ours = await sideOf('stackgate', meterOf(server.pid), server.graphqlUrl, body)
  const mercurius = await startPeer('plans/peers/mercurius.js', 'mercurius-jit', database)
  const snapshot = await startPeer('plans/peers/mercurius.js', 'mercurius-jit-snapshot', { ...database, SNAPSHOT: '1' })
  const json = await startPeer('plans/peers/fastify-json.js', 'fastify-json', database)
  const peers = [
    { figure: { min: 1.5 }, side: await sideOf('mercurius-jit', meterOf(mercurius.pid), mercurius.url, body) },
    {
      figure: { min: 0.8 },
      side: await sideOf('mercurius-jit-snapshot', meterOf(snapshot.pid), snapshot.url, body),
    },
    { figure: { min: 0.3 }, side: await sideOf('fastify-json', meterOf(json.pid), json.url, null) },
  ]

  checkAnswer(bench, ours)
  for (const { side } of peers) bench.holds(`${side.name}: the same data as ours`, dataOf(side), dataOf(ours))
  for (const { figure, side } of peers)
    await compareThroughput(bench, { name: `plans/${side.name}`, figure, ours, peer: side }, effort)
  for (const connections of FEW_CALLERS)
    for (const { side } of peers)
      await compareThroughput(
        bench,
        { name: `plans/${side.name}/callers-${connections}`, figure: {}, ours, peer: side },
        { ...effort, connections, rounds: 5 },
      )

  const after = await sideOf(ours.name, ours.meter, ours.plan.url, body)
  bench.holds('the answer after all loads', dataOf(after), dataOf(ours))
  bench.holds('left running', await server.stop(), [])
}

/** Side with one recorded response. Every later one must be equal. */
async function sideOf(name: string, meter: ProcessorMeter, url: string, body: string | null): Promise<Side> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, body === null ? {} : { method: 'POST', headers, body })
  const expectedBody = await answer.text()
  if (!answer.ok) throw new Error(`${name} answered ${answer.status}: ${expectedBody.slice(0, 300)}`)
  return { name, meter, plan: { url, body, expectedBody } }
}

const dataOf = (side: Side) => (JSON.parse(side.plan.expectedBody) as { data: { plans: PlanView[] } }).data

/** Expected content of the catalog, worked out manually for the first plan and counted for the rest. */
function checkAnswer(bench: Bench, ours: Side): void {
  const { plans } = dataOf(ours)
  bench.holds(
    'plans, features and prices',
    [plans.length, plans.flatMap((plan) => plan.features).length, plans.flatMap((plan) => plan.prices).length],
    [20, 100, 38],
  )
  bench.holds(
    'ranks in order',
    plans.map((plan) => plan.rank),
    plans.map((_, index) => index),
  )
  const [first, second] = plans
  bench.holds('prices of the first plan', first?.prices, [])
  bench.holds('prices of the second plan', second?.prices, [
    { money: { amountMinor: 1000, currency: 'USD' }, interval: { unit: 'MONTH', count: 1 } },
    { money: { amountMinor: 10000, currency: 'USD' }, interval: { unit: 'YEAR', count: 1 } },
  ])
  bench.holds(
    'features of the first plan',
    first?.features.map(({ feature, amount }) => [feature.code, feature.kind, amount]),
    features.map(({ code, kind }, index) => [code, kind, [5, 25, 10, 60, null][index]]),
  )
}
