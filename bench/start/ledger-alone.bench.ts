import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { serviceKeyOf } from '../entitlements/bench-server.js'
import { deleteData } from '../harness/delete-data.js'
import { processorSeconds, residentBytes } from '../harness/process-table.js'
import { benchFolder, projectFolder } from '../harness/project.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { rounded } from '../statistics.js'

/** Checkout of an earlier commit that `npm start` has built once. Without it the product with all modules is the only peer. */
const EARLIER = process.env['BENCH_EARLIER']
const STARTS = 3
/** Time between the first response and the memory measurement: the server collects once after 5 s, and V8 returns the pages 9 s later. */
const MEMORY_MS = 20_000
/** Age from which a server is measured: caches are full, and the first runs of jobs are over. */
const AGE_MS = 310_000
const IDLE_MS = 60_000
const ROUNDS = 5
const USES = 1000

/** One product: its checkout and the modules that it has. */
interface Product {
  readonly name: string
  readonly checkout: string
  readonly env: Readonly<Record<string, string>>
}

/** Processor time and memory of the server process of one product. */
interface Figures {
  readonly product: Product
  readonly megabytes: number
  readonly startSeconds: number
  readonly idleMilliseconds: number
  readonly useMicroseconds: number
}

/**
 * The ledger alone and the product with all modules, against the product of an earlier commit: memory, a warm start, idle work and the use of units.
 * Servers run at the same time, and are measured in turn when they are older than five minutes.
 */
export async function benchmarkLedgerAlone(bench: Bench): Promise<void> {
  const products: Product[] = [
    { name: 'core', checkout: projectFolder, env: { MODULES: 'core' } },
    { name: 'all', checkout: projectFolder, env: {} },
    ...(EARLIER ? [{ name: 'earlier', checkout: EARLIER, env: {} }] : []),
  ]
  const running = []
  for (const product of products) {
    await deleteData(dataOf(product))
    await (await start(product)).stop()
  }
  const starts = new Map(products.map(({ name }) => [name, [] as number[]]))
  for (let run = 1; run <= STARTS; run += 1)
    for (const product of products) {
      const server = await start(product)
      starts.get(product.name)!.push(processorSeconds(server.pid))
      if (run < STARTS) await server.stop()
      else running.push({ product, server, megabytes: await memoryOf(server) })
    }
  bench.say(`${running.length} servers age for ${AGE_MS / 1000} s`)
  await delay(AGE_MS)
  const idle = await idleOf(running.map(({ server }) => server))
  const uses = running.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1)
    // The order alternates, so that no product is always measured first.
    for (const [index, { product, server }] of round % 2 ? [...running.entries()].toReversed() : running.entries())
      uses[index]!.push(await useUnits(product, server, round))
  const figures = running.map(({ product, megabytes }, index): Figures => ({
    product,
    megabytes,
    // Other work of the machine adds to processor time, and never takes from it.
    startSeconds: Math.min(...starts.get(product.name)!),
    idleMilliseconds: idle[index]! * 1000,
    useMicroseconds: Math.min(...uses[index]!),
  }))
  for (const { server } of running) bench.holds('left running', await server.stop(), [])
  report(bench, figures)
}

const LIMITS = { megabytes: 0.75, startSeconds: 0.6, idleMilliseconds: 0.6, useMicroseconds: 0.85 } as const
const UNITS = { megabytes: 'MB', startSeconds: 's', idleMilliseconds: 'ms', useMicroseconds: 'µs' } as const
const ALL_LIMIT = 1.02

/** Each figure is ours divided by that of the peer. */
function report(bench: Bench, figures: readonly Figures[]): void {
  const peer = figures.find(({ product }) => product.name === 'earlier') ?? figures.find(isAll)!
  for (const of of figures.filter((one) => one !== peer))
    for (const measure of ['megabytes', 'startSeconds', 'idleMilliseconds', 'useMicroseconds'] as const)
      bench.measured(
        {
          name: `ledger-alone/${of.product.name}-${measure}`,
          unit: UNITS[measure],
          ours: rounded(of[measure] / peer[measure], 3),
          peer: rounded(peer[measure], 2),
          peerName: peer.product.name,
          ratio: null,
          runs: measure === 'useMicroseconds' ? ROUNDS : measure === 'startSeconds' ? STARTS : 1,
          spread: 0,
        },
        { max: isAll(of) ? ALL_LIMIT : LIMITS[measure] },
      )
}

const isAll = ({ product }: Figures): boolean => product.name === 'all'

const dataOf = ({ name }: Product): string => join(benchFolder, 'ledger-alone', name)

const start = (product: Product): Promise<StackgateServer> =>
  startStackgate(dataOf(product), { CATALOG: 'ai-platform', DASHBOARD: 'off', ...product.env }, product.checkout)

async function memoryOf({ pid }: StackgateServer): Promise<number> {
  await delay(MEMORY_MS)
  return residentBytes(pid) / 1_000_000
}

async function idleOf(servers: readonly StackgateServer[]): Promise<number[]> {
  const before = servers.map(({ pid }) => processorSeconds(pid))
  await delay(IDLE_MS)
  return servers.map(({ pid }, index) => processorSeconds(pid) - before[index]!)
}

const keys = new Map<string, string>()

/** Processor time of one use in microseconds. */
async function useUnits(product: Product, { pid, graphqlUrl }: StackgateServer, round: number): Promise<number> {
  const key =
    keys.get(product.name) ?? serviceKeyOf(product.checkout, dataOf(product), ['entitlements:write', 'accounts:write'])
  keys.set(product.name, key)
  const use = async (number: number): Promise<void> => {
    const answer = await fetch(graphqlUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query:
          'mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }',
        variables: {
          input: { accountId: `customer:c${number % 50}`, feature: 'ai_credits', amount: 1 },
          key: `${round}-${number}`,
        },
      }),
    })
    const { data } = (await answer.json()) as { data?: { consume: { consumption: object | null } } }
    if (!data?.consume.consumption) throw new Error(`${product.name} did not count a use`)
  }
  for (let number = USES; number < USES + 50; number += 1) await use(number)
  const before = processorSeconds(pid)
  for (let number = 0; number < USES; number += 8)
    await Promise.all(Array.from({ length: 8 }, (_, place) => use(number + place)))
  return ((processorSeconds(pid) - before) * 1e6) / USES
}

const delay = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms))
