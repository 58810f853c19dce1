import type { Bench } from '../bench.js'
import { familyOf, processorSeconds } from '../house/process-table.js'
import { median, rounded, spread } from '../statistics.js'
import { actLoad } from './act-load.js'
import { openHouse } from './house.js'
import { bodyOf, OUR_CHECK } from './requests.js'
import { seedOurs } from './seed.js'

const FEW = 1_000
const MANY = 1_000_000
const ENTRIES_OF_FEW = 10_000
const ENTRIES_OF_MANY = 10_000_000
const CONNECTIONS = 32
const SECONDS = 5
const ROUNDS = 5

/** What a check costs the server when there are a thousand accounts, and when there are a million with ten million ledger entries. */
export async function benchmarkGrowth(bench: Bench): Promise<void> {
  const { server, client, token } = await openHouse('entitlements-growth')
  const template = { template: bodyOf(OUR_CHECK), expected: OUR_CHECK.expected }
  const postgres = await serverOfDatabase(client)
  /** Processor time of the server and of PostgreSQL for each check, in microseconds. */
  const cost = async (firstAccount: number, accounts: number, seconds = SECONDS): Promise<number> => {
    const used = processorOf(postgres)
    const result = await actLoad(
      { url: server.graphqlUrl, token, steps: [template], firstAccount, accounts, connections: CONNECTIONS, seconds },
      server.pid,
    )
    bench.holds(`wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
    const ofDatabase = ((processorOf(postgres) - used) * 1e6) / result.answered
    bench.say(
      `${result.requestsPerSecond.toFixed(0)}/s, ${result.microseconds.toFixed(0)} µs server and ${ofDatabase.toFixed(0)} µs PostgreSQL each`,
    )
    return result.microseconds + ofDatabase
  }

  await seedOurs(client, { from: 0, to: FEW - 1 }, ENTRIES_OF_FEW)
  await cost(0, FEW)
  const few: number[] = []
  for (let round = 0; round < ROUNDS; round++) few.push(await cost(0, FEW))

  bench.say(`seeding ${MANY} accounts and ${ENTRIES_OF_MANY} ledger entries`)
  await seedOurs(client, { from: FEW, to: MANY - 1 }, ENTRIES_OF_MANY - ENTRIES_OF_FEW)
  // As many accounts are in use as before, in the middle of the million.
  const place = MANY / 2
  await cost(place, FEW)
  const many: number[] = []
  for (let round = 0; round < ROUNDS; round++) many.push(await cost(place, FEW))
  report(bench, 'check/growth', few, many, 0.83)

  // Nobody is asked about twice: every check reads the facts of an account that was never seen before.
  const cold: number[] = []
  for (let round = 0; round < 3; round++) cold.push(await cost(0, MANY))
  report(bench, 'check/growth-cold', few, cold, 0)

  await client.end()
  bench.holds('left running', await server.stop(), [])
}

function report(bench: Bench, name: string, few: readonly number[], many: readonly number[], atLeast: number): void {
  const ratios = many.map((cost) => median(few) / cost)
  bench.measured(
    {
      name,
      unit: 'µs/check',
      ours: rounded(median(many), 1),
      peer: rounded(median(few), 1),
      peerName: '1,000 accounts',
      ratio: rounded(median(ratios), 3),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    { atLeast },
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
