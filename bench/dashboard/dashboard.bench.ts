import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Bench } from '../bench.js'
import { deleteData } from '../harness/delete-data.js'
import { benchFolder } from '../harness/project.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { median, rounded, spread } from '../statistics.js'

const RUNS = 3
const CHROMIUM = '/usr/bin/chromium'
const BUILD_LIMIT_MS = 120_000
/** On a machine that is shared with other work. */
const SHOWN_MS = 180_000
/** After the last long task, the page must be quiet for this time, as Lighthouse defines the time to interactive. */
const QUIET_MS = 5_000

/** A processor of a quarter of the speed, and a slow 4G network as Lighthouse and the developer tools define it. */
const PROCESSOR_SLOWDOWN = 4
const KILOBIT = 1024 / 8
const SLOW_4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: 1474.56 * KILOBIT,
  uploadThroughput: 675 * KILOBIT,
}

/** Addresses of visitors, and what stands when the page can be used. */
const PAGES = [
  ['welcome', '', 'Sign in as Ann'],
  ['plans', 'plans', 'Sign in to buy'],
  ['market', 'market', 'WordPress Plus'],
] as const

/** Records tasks over 50 ms, and paints. */
const OBSERVER = `
  window.measured = { longTaskEnd: 0, lcp: 0 }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.measured.longTaskEnd = startTime + duration
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) window.measured.lcp = startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
`

interface Load {
  /** Milliseconds until the page stands and no long task follows. */
  readonly interactive: number
  readonly largestPaint: number
  readonly kilobytes: number
}

/** First visits of the dashboard with an empty cache, on a slow processor and a slow network. */
export async function benchmarkDashboard(bench: Bench): Promise<void> {
  if (!existsSync(CHROMIUM)) return bench.say(`skipped: there is no ${CHROMIUM}`)
  const dataDir = join(benchFolder, 'dashboard/data')
  await deleteData(dataDir)
  const server = await startStackgate(dataDir)
  const base = server.graphqlUrl.replace(/graphql$/, 'dashboard/')
  await untilBuilt(base)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    for (const [name, path, content] of PAGES) {
      const loads: Load[] = []
      for (let run = 1; run <= RUNS; run += 1) loads.push(await firstVisit(browser, base + path, content))
      const processor: number[] = []
      for (let run = 1; run <= RUNS; run += 1) processor.push(await processorTime(browser, base + path, content))
      report(bench, `dashboard/${name}/processor`, 'ms', processor, Number)
      report(bench, `dashboard/${name}/interactive`, 'ms', loads, ({ interactive }) => interactive)
      report(bench, `dashboard/${name}/largest-paint`, 'ms', loads, ({ largestPaint }) => largestPaint)
      report(bench, `dashboard/${name}/transferred`, 'kB', loads, ({ kilobytes }) => kilobytes)
    }
  } finally {
    await browser.close()
  }
  bench.holds('left running', await server.stop(), [])
}

/** `npm start` builds the pages in the background. */
async function untilBuilt(url: string): Promise<void> {
  for (const deadline = Date.now() + BUILD_LIMIT_MS; Date.now() < deadline;) {
    if ((await fetch(url)).ok) return
    await new Promise((wake) => setTimeout(wake, 200))
  }
  throw new Error('the dashboard was not built')
}

async function firstVisit(browser: Browser, url: string, content: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, locale: 'en-US' })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  let bytes = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', SLOW_4G)
  await session.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR_SLOWDOWN })
  await page.addInitScript(OBSERVER)
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByText(content).first().waitFor({ timeout: SHOWN_MS })
  const stands = await page.evaluate<number>('performance.now()')
  const { longTaskEnd, lcp } = await quiet(page)
  await context.close()
  return { interactive: Math.max(stands, longTaskEnd), largestPaint: lcp, kilobytes: bytes / 1000 }
}

/** Waits until five seconds have passed without a long task. */
async function quiet(page: Page): Promise<{ longTaskEnd: number; lcp: number }> {
  for (;;) {
    const measured = await page.evaluate<{ now: number; longTaskEnd: number; lcp: number }>(
      '({ now: performance.now(), ...window.measured })',
    )
    const wait = measured.longTaskEnd + QUIET_MS - measured.now
    if (wait <= 0) return measured
    await new Promise((wake) => setTimeout(wake, wait))
  }
}

/** Processor time of the page until it stands, in milliseconds, at full speed. Other programs of the machine change it little. */
async function processorTime(browser: Browser, url: string, content: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, locale: 'en-US' })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByText(content).first().waitFor({ timeout: SHOWN_MS })
  const { metrics } = await session.send('Performance.getMetrics')
  await context.close()
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
}

function report<Run>(
  bench: Bench,
  name: string,
  unit: string,
  loads: readonly Run[],
  value: (run: Run) => number,
): void {
  const values = loads.map(value)
  bench.measured(
    {
      name,
      unit,
      ours: rounded(median(values), 0),
      peer: null,
      peerName: null,
      ratio: null,
      runs: loads.length,
      spread: rounded(spread(values), 3),
    },
    {},
  )
}
