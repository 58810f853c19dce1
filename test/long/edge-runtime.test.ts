import { spawn } from 'node:child_process'
import { loadavg } from 'node:os'
import { Stackgate } from '@stackgate/client/server'
import { bundle } from '../support/bundle.js'
import { installTools } from '../support/install-tools.js'
import { temporaryServer } from '../support/package-apps.js'

const ROUNDS = 20_000
const WARM_UP = 500
/** Calls in a row. Other processes of the machine interrupt some of these rows, and not all. */
const ROW = 1_500
const LIMIT_MS = 1

interface Measured {
  readonly times: readonly number[]
  readonly processorTimes: readonly number[]
  readonly refused: string
  readonly hasProcess: string
  readonly hasBuffer: string
}

/** The value below which a share of the values is. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)]!
}

/** `npm run test:long -- edge-runtime`: verification in the runtime of edge functions, which has the globals of the web only. `bench/results/edge.md` has the figures. */
describe('Tokens of entitlements in an edge runtime', () => {
  it('are verified in less than a millisecond at p99 of an undisturbed row of calls', async () => {
    const tools = await installTools('test/long/edge-tools')
    await using stackgate = await temporaryServer({ env: { CATALOG: 'attribution' } })
    const { server } = stackgate
    const secretKey = await server.serviceKey(['entitlements:write', 'accounts:write'])
    const client = new Stackgate({ secretKey, url: server.url })
    const issued = await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.entitlementsToken({ customer: `edge-${n}` })),
    )
    client.close()
    const input = {
      code: await bundle('packages/client/src/edge/index.ts'),
      url: server.url,
      tokens: issued.map(({ token }) => token),
      keys: await (await fetch(`${server.url}/.well-known/jwks.json`)).json(),
      rounds: ROUNDS,
    }
    const child = spawn(process.execPath, ['measure.mjs'], { cwd: tools, stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(JSON.stringify(input))
    let output = ''
    for await (const chunk of child.stdout) output += String(chunk)
    const { times, processorTimes, refused, hasProcess, hasBuffer } = JSON.parse(output) as Measured
    const warm = times.slice(WARM_UP)
    const rows = Array.from({ length: warm.length / ROW }, (_, row) =>
      quantile(warm.slice(row * ROW, (row + 1) * ROW), 0.99),
    )
    const figures = {
      p50: quantile(warm, 0.5),
      p99: quantile(warm, 0.99),
      p99OfRows: [Math.min(...rows), Math.max(...rows)],
      processorP99: quantile(processorTimes.slice(WARM_UP), 0.99),
      characters: input.tokens[0]!.length,
    }
    process.stderr.write(
      `${warm.length} verifications, milliseconds: ${JSON.stringify(figures)}, load ${loadavg()[0]!.toFixed(1)}\n`,
    )
    expect([warm.length, refused, hasProcess, hasBuffer]).toEqual([
      ROUNDS - WARM_UP,
      'INVALID_SIGNATURE',
      'undefined',
      'undefined',
    ])
    expect([figures.processorP99 < LIMIT_MS, Math.min(...rows) < LIMIT_MS]).toEqual([true, true])
  })
})
