import { createProcessorMeter } from '../harness/processor-meter.js'
import type { Bench } from '../bench.js'
import { familyOf, processorSeconds } from '../harness/process-table.js'
import { median, rounded, spread } from '../statistics.js'
import { usageLoad } from './usage-load.js'
import { startBenchServer } from './bench-server.js'
import { bodyOf, OUR_CHECK } from './requests.js'
import { seedOurs } from './seed.js'

const FEW = 1_000
const MANY = 1_000_000
const ENTRIES_OF_FEW = 10_000
const ENTRIES_OF_MANY = 10_000_000
const CONNECTIONS = 32
const SECONDS = 5
const ROUNDS = 5

/** Cost of a check with a thousand accounts, and with a million accounts and ten million ledger entries. */
export async function benchmarkGrowth(bench: Bench): Promise<void> {
  const few = await openSide(bench, 'entitlements-growth-few', FEW, ENTRIES_OF_FEW)
  const many = await openSide(bench, 'entitlements-growth-many', MANY, ENTRIES_OF_MANY)
  // As many accounts are in use on both sides, there in the middle of the million.
  const place = MANY / 2
  await few.cost(0, FEW)
  await many.cost(place, FEW)
  const pairs: { few: number; many: number }[] = []
  for (let round = 0; round < ROUNDS; round++)
    pairs.push({ few: await few.cost(0, FEW), many: await many.cost(place, FEW) })
  report(bench, 'check/growth', pairs, 0.83)

  // No account repeats: every check reads the snapshot of an account that is not cached.
  const cold: { few: number; many: number }[] = []
  for (let round = 0; round < 3; round++) cold.push({ few: await few.cost(0, FEW), many: await many.cost(0, MANY) })
  report(bench, 'check/growth-cold', cold, 0)
  bench.holds('left running', [...(await few.close()), ...(await many.close())], [])
}

/**
 * Server with a number of accounts and ledger entries. Both sides run concurrently, so that they can be measured
 * alternately.
 */
async function openSide(bench: Bench, name: string, accounts: number, entries: number) {
  const { server, client, token } = await startBenchServer(name)
  bench.say(`seeding ${accounts} accounts and ${entries} ledger entries`)
  await seedOurs(client, { from: 0, to: accounts - 1 }, entries)
  const template = { template: bodyOf(OUR_CHECK), expected: OUR_CHECK.expected }
  const postgres = await serverOfDatabase(client)
  return {
    /** Processor time of the server and of PostgreSQL for each check, in microseconds. */
    async cost(firstAccount: number, requested: number): Promise<number> {
      const used = processorOf(postgres)
      const connections = CONNECTIONS
      const plan = {
        url: server.graphqlUrl,
        token,
        steps: [template],
        firstAccount,
        accounts: requested,
        connections,
        seconds: SECONDS,
      }
      const result = await usageLoad(plan, createProcessorMeter(server.pid))
      bench.holds(`wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
      const ofDatabase = ((processorOf(postgres) - used) * 1e6) / result.answered
      bench.say(
        `${accounts} accounts: ${result.requestsPerSecond.toFixed(0)}/s, ${result.microseconds.toFixed(0)} µs server and ${ofDatabase.toFixed(0)} µs PostgreSQL each`,
      )
      return result.microseconds + ofDatabase
    },
    async close() {
      await client.end()
      return server.stop()
    },
  }
}

function report(bench: Bench, name: string, pairs: readonly { few: number; many: number }[], min: number): void {
  const ratios = pairs.map(({ few, many }) => few / many)
  bench.measured(
    {
      name,
      unit: 'µs/check',
      ours: rounded(median(pairs.map(({ many }) => many)), 1),
      peer: rounded(median(pairs.map(({ few }) => few)), 1),
      peerName: '1,000 accounts',
      ratio: rounded(median(ratios), 3),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    { min },
  )
}

/** The process id of the PostgreSQL server behind a connection. */
async function serverOfDatabase(client: {
  query(text: string): Promise<{ rows: { pid: string }[] }>
}): Promise<number> {
  const { rows } = await client.query(`select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`)
  return Number(rows[0]!.pid)
}

const processorOf = (postmaster: number): number =>
  familyOf(postmaster).reduce((sum, { pid }) => sum + processorSeconds(pid), 0)
