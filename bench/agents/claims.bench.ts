import type pg from 'pg'
import type { Bench } from '../bench.js'
import type { HelperProcess } from '../harness/helper-process.js'
import { median, rounded, spread } from '../statistics.js'
import { deploymentId, seedHistory, seedQueue } from './seed.js'
import { withFleet, SCALE } from './agent-fleet.js'

const OLD_COMMANDS = 10_000_000 * SCALE
const [FEW, MANY] = [1, 2]
const CLAIMS = { pairs: 9, commands: 300 }

/**
 * Measures the effect of ten million old commands on the next claim: a thousand commands against ten million,
 * alternating, in the same table.
 */
export const benchmarkClaims = (bench: Bench): Promise<void> =>
  withFleet(bench, 2, async ({ pool, fleet }) => {
    await seedHistory(pool, FEW, 1, 1_000)
    bench.say(`seeding ${OLD_COMMANDS} old commands`)
    const step = Math.max(1, OLD_COMMANDS / 20)
    for (let done = 0; done < OLD_COMMANDS; done += step) await seedHistory(pool, MANY, 1_000_000 + done, step)
    await pool.query('vacuum (analyze) command')
    await pool.query('checkpoint')
    await claimRate(fleet, pool, FEW)
    await claimRate(fleet, pool, MANY)
    const pairs: { few: number; many: number }[] = []
    for (let pair = 1; pair <= CLAIMS.pairs; pair++) {
      // In turn, and each of them first as often: whatever else the machine does meets both.
      const order = pair % 2 ? [FEW, MANY] : [MANY, FEW]
      const rates = new Map<number, number>()
      for (const deployment of order) rates.set(deployment, await claimRate(fleet, pool, deployment))
      pairs.push({ few: rates.get(FEW)!, many: rates.get(MANY)! })
      bench.say(
        `claims ${pair}/${CLAIMS.pairs}: ${rates.get(FEW)!.toFixed(0)}/s with few, ${rates.get(MANY)!.toFixed(0)}/s with many`,
      )
    }
    const ratios = pairs.map(({ few, many }) => many / few)
    bench.measured(
      {
        name: 'agents/claim-growth',
        unit: 'claims/s',
        ours: rounded(median(pairs.map(({ many }) => many)), 0),
        peer: rounded(median(pairs.map(({ few }) => few)), 0),
        peerName: 'ourselves with 1,000 old commands',
        ratio: rounded(median(ratios), 3),
        runs: ratios.length,
        spread: rounded(spread(ratios), 3),
      },
      { min: 0.83 },
    )
    const { rows } = await pool.query<{ old: string }>(`select count(*) as old from command where status = 'SUCCEEDED'`)
    bench.holds('old commands', Number(rows[0]?.old), 1_000 + OLD_COMMANDS)
  })

/** Claims a second, one after the other; the queue is empty afterwards. */
async function claimRate(fleet: HelperProcess, pool: pg.Pool, deployment: number): Promise<number> {
  await seedQueue(pool, deployment, CLAIMS.commands)
  const seconds = await fleet.ask<number>({ ask: 'claim', deployment, count: CLAIMS.commands })
  await pool.query(`delete from command where deployment_id = $1 and status <> 'SUCCEEDED'`, [deploymentId(deployment)])
  return CLAIMS.commands / seconds
}
