import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { quantile } from '../statistics.js'

// Sends two requests at a steady rate, whatever else the server does: a feature check and a liveness check. Runs in a
// separate process. A latency counts from the scheduled time, so that a blocked server shows in every request.

/** The latencies of one run, in milliseconds. */
export interface ProbeResult {
  readonly checks: number
  readonly wrong: number
  readonly checkP50: number
  readonly checkP99: number
  readonly liveP99: number
}

const url = new URL(process.env['SERVER_URL']!)
const pool = new Pool(url.origin, { connections: 64 })
const body = JSON.stringify({
  query: 'query Check($account: ID!) { check(accountId: $account, feature: "deployments") { allowed } }',
  variables: { account: process.env['ACCOUNT']! },
})
const headers = { authorization: `Bearer ${process.env['SERVICE_KEY']!}`, 'content-type': 'application/json' }

const CHECK_EVERY_MS = 10
const LIVE_EVERY_MS = 20

process.on('message', ({ seconds }: { seconds: number }) => {
  void run(seconds * 1000).then((result) => process.send!(result))
})

async function run(milliseconds: number): Promise<ProbeResult> {
  const [checks, lives] = await Promise.all([
    paced(milliseconds, CHECK_EVERY_MS, async () => {
      const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body })
      return answer.statusCode === 200 && (await answer.body.text()).includes('"allowed"')
    }),
    paced(milliseconds, LIVE_EVERY_MS, async () => {
      const answer = await pool.request({ method: 'GET', path: '/health/live' })
      await answer.body.text()
      return answer.statusCode === 200
    }),
  ])
  return {
    checks: checks.latencies.length,
    wrong: checks.wrong + lives.wrong,
    checkP50: quantile(checks.latencies, 0.5),
    checkP99: quantile(checks.latencies, 0.99),
    liveP99: quantile(lives.latencies, 0.99),
  }
}

/** Requests at fixed times, independent of earlier responses. */
async function paced(milliseconds: number, everyMs: number, ask: () => Promise<boolean>) {
  const latencies: number[] = []
  let wrong = 0
  const pending: Promise<void>[] = []
  const measured = async (scheduled: number): Promise<void> => {
    const isRight = await ask().catch(() => false)
    latencies.push(performance.now() - scheduled)
    if (!isRight) wrong++
  }
  const start = performance.now()
  for (let scheduled = start; scheduled < start + milliseconds; scheduled += everyMs) {
    const wait = scheduled - performance.now()
    if (wait > 0) await pause(wait)
    pending.push(measured(scheduled))
  }
  await Promise.all(pending)
  return { latencies, wrong }
}
