import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import type { AiUsage } from '@stackgate/client/ai/vercel'
import { tokenCatalog } from '../support/ai-wrappers.js'
import { childEnvironment } from '../support/child-environment.js'
import { grantTestCredits, newAccount } from '../support/entitlements.js'
import { installTools } from '../support/install-tools.js'
import { startModelStandIn, type ModelReport } from '../support/model-stand-in.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { compiledClient } from '../support/usage-kills.js'

interface Known extends ModelReport {
  readonly usage: AiUsage | null
}

const KNOWN = (JSON.parse(readFileSync('test/support/model-reports.json', 'utf8')) as Known[]).filter(({ api }) => api)
const MODELS = ['large', 'huge', 'small-20260101']

interface Line {
  readonly sdk: string
  readonly report: string
  readonly outcome: string
  readonly usage?: AiUsage
  readonly uncharged?: object
  readonly error?: string
}

/** Reports of which an SDK takes members away before its wrapper can read them. The sum is that of the provider all the same. */
const TAKEN: Readonly<Record<string, readonly RegExp[]>> = {
  // Models of version 2 have no sent report, and that of Gemini lacks the prompts of tools: those tokens are `unexplained`.
  v5: [/^openai-compatible, .*(DeepSeek|Perplexity)/, /^@ai-sdk\/google, .*prompts of tools/],
  v6: [],
  v7: [],
}

describe('wrappers for the newest minor versions of the SDKs', () => {
  let server: TestServer
  let compiled: string
  let modules: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: tokenCatalog('overflow', MODELS) } })
    const cache = join(process.cwd(), 'node_modules/.cache')
    mkdirSync(cache, { recursive: true })
    compiled = mkdtempSync(join(cache, 'model-sdks-'))
    modules = await compiledClient(compiled)
  })
  afterAll(async () => {
    await server.close()
    rmSync(compiled, { recursive: true, force: true })
  })

  it.each(Object.keys(TAKEN))('read the same tokens from each report, packages of %s', async (version) => {
    const folder = await installTools(`test/support/model-sdks/${version}`)
    cpSync('test/support/model-sdks/application.mjs', join(folder, 'application.mjs'))
    const standIn = await startModelStandIn(KNOWN)
    try {
      const account = await newAccount(server)
      await grantTestCredits(server, account, 'ai_credits', 1_000_000_000)
      const key = await server.serviceKey(['entitlements:write'])
      const settings = { modules, provider: standIn.url, url: server.url, key, account, reports: KNOWN }
      const child = spawn(process.execPath, [join(folder, 'application.mjs'), JSON.stringify(settings)], {
        env: childEnvironment,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = (await text(child.stdout))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line)
      const wrong = lines.filter((line) => !isRight(version, line))
      expect(wrong).toEqual([])
      expect(new Set(lines.map(({ sdk }) => sdk)).size).toBeGreaterThanOrEqual(19)
    } finally {
      standIn.close()
    }
  })
})

const wholes = ({ input, output }: Pick<AiUsage, 'input' | 'output'>) => ({ all: input + output })

const withoutZeros = (one: object) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== 0))

function isRight(version: string, { sdk, report, outcome, usage, uncharged }: Line): boolean {
  const { usage: known } = KNOWN.find(({ name }) => name === report)!
  if (outcome !== 'reported' || !usage || uncharged) return false
  const isTaken = TAKEN[version]!.some((pattern) => pattern.test(`${sdk}, ${report}`))
  const shown = isTaken ? wholes : withoutZeros
  const others = (one: AiUsage) => one.otherModels?.map((other) => shown(other)) ?? []
  const expected = { ...shown(known!), ...(known!.otherModels && { otherModels: others(known!) }) }
  const actual = { ...shown(usage), ...(usage.otherModels && { otherModels: others(usage) }) }
  return isDeepStrictEqual(actual, expected)
}
