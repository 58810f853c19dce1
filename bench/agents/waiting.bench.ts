import { setTimeout as pause } from 'node:timers/promises'
import type { Bench } from '../bench.js'
import type { HelperProcess } from '../harness/helper-process.js'
import type { StackgateServer } from '../harness/stackgate-server.js'
import { processorSeconds, residentBytes } from '../harness/process-table.js'
import { rounded } from '../statistics.js'
import type { DeliveryTimes } from './fleet-process.js'
import { measureAlone, withFleet, SCALE } from './agent-fleet.js'

const AGENTS = 10_000 * SCALE
const POLL_SECONDS = 30

/** Ten thousand agents that wait: what one costs, and how fast a command reaches it. */
export const benchmarkWaiting = (bench: Bench): Promise<void> =>
  withFleet(bench, AGENTS, ({ fleet, server }) => waiting(bench, fleet, server))

async function waiting(bench: Bench, fleet: HelperProcess, server: StackgateServer): Promise<void> {
  const before = residentBytes(server.pid)
  await fleet.ask({ ask: 'hold', agents: AGENTS, rampSeconds: POLL_SECONDS, pollSeconds: POLL_SECONDS })
  await pause(5_000)
  const perWaiter = (residentBytes(server.pid) - before) / 1000 / AGENTS
  const weight = measureAlone('agents/kb-per-waiter', 'kB', [perWaiter], 25)
  bench.measured(weight.measure, weight.figure)

  const shares: number[] = []
  for (let run = 1; run <= 3; run++) {
    const used = processorSeconds(server.pid)
    await pause(POLL_SECONDS * 1000)
    shares.push(((processorSeconds(server.pid) - used) / POLL_SECONDS) * 100)
    const later = (residentBytes(server.pid) - before) / 1000 / AGENTS
    bench.say(`idle ${run}/3: ${shares.at(-1)!.toFixed(1)} % of a core, ${later.toFixed(1)} kB per waiter by now`)
  }
  const idle = measureAlone('agents/idle-cpu', '% of a core', shares, 8)
  bench.measured(idle.measure, idle.figure)

  const { sent, delivered, milliseconds } = await fleet.ask<DeliveryTimes>({
    ask: 'deliver',
    perSecond: 200,
    seconds: 30,
  })
  bench.holds('commands that arrived', delivered, sent)
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? Infinity, 2)
  const [p50, p99] = [at(0.5), at(0.99)]
  const { measure } = measureAlone('agents/delivery', 'ms', milliseconds, 5)
  bench.measured({ ...measure, ours: p50, p50, p99, spread: 0 }, { max: 5 })
  bench.measured({ ...measure, name: 'agents/delivery-p99', ours: p99, p50, p99, spread: 0 }, { max: 50 })
  const state = await fleet.ask<{ failures: number; lastFailure: string }>({ ask: 'state' })
  bench.holds('calls of agents that failed', [state.failures, state.lastFailure], [0, ''])
}
