import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Random } from '#services/kernel/random/random.js'
import { assignTestPlan, grantTestCredits, newAccount } from './entitlements.js'
import { childEnvironment } from './child-environment.js'
import { freePort } from './free-port.js'
import { startServerChildProcess, type ServerChildProcess } from './server-child-process.js'
import { startTestServer } from './test-server.js'

/** Result of killing an application and its server while it records usage. */
export interface UsageKills {
  readonly applicationKills: number
  readonly serverKills: number
  /** Records that the outbox had confirmed. */
  readonly confirmed: number
  /** Entries of the ledger of the server. */
  readonly counted: number
  /** Keys that were confirmed and are not in the ledger, or with another amount. */
  readonly lost: readonly string[]
  /** Keys that are in the ledger more than once. */
  readonly twice: readonly string[]
  readonly rejected: readonly string[]
  /** Units that the server counts as used, and those of the ledger. */
  readonly used: number
  readonly units: number
  /** Units that were not available and became debt. */
  readonly debt: number
  readonly durationMs: number
}

/** Credits of each account: those of two run out while they are used. */
const CREDITS = [100_000_000, 300, 20]

/** Compiles the client for other processes. Returns the address of its folder. */
export async function compiledClient(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const args = [
    '-p',
    'packages/client/tsconfig.build.json',
    '--outDir',
    folder,
    '--declaration',
    'false',
    '--sourceMap',
    'false',
  ]
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', ...args])
  return `${pathToFileURL(folder).href}/`
}

/**
 * Kills an application and the server at random times while the application records usage, and compares its records with the ledger.
 * @param kills number of kills; one of `serverEvery` is of the server
 */
export async function killWhileRecording(
  random: Random,
  { kills, serverEvery, onKill }: { kills: number; serverEvery: number; onKill?: (done: number) => void },
): Promise<UsageKills> {
  const began = performance.now()
  const server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  // Within the project, so that the dependencies are found.
  const cache = join(process.cwd(), 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const compiled = mkdtempSync(join(cache, 'usage-outbox-'))
  const folder = mkdtempSync(join(tmpdir(), 'usage-kills-'))
  const port = await freePort()
  let product: ServerChildProcess | undefined
  let application: ChildProcess | undefined
  const confirmed = new Map<string, number>()
  const rejected: string[] = []
  let finished = ''
  const counts = { application: 0, server: 0 }
  try {
    const module = new URL('usage-outbox/index.js', await compiledClient(compiled)).href
    const key = await server.serviceKey(['entitlements:write'])
    const accounts: string[] = []
    for (const credits of CREDITS) {
      const account = await newAccount(server)
      await assignTestPlan(server, account, 'starter')
      await grantTestCredits(server, account, 'ai_stories', credits)
      accounts.push(account)
    }
    const startServer = async () => {
      product = await startServerChildProcess(server, port, { CATALOG: 'agileforge' })
    }
    await startServer()

    const start = (run: string) => {
      const args = [module, folder, `http://127.0.0.1:${port}`, key, run, accounts.join(',')]
      const child = spawn(process.execPath, ['test/support/usage-application.mjs', ...args], {
        env: childEnvironment,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const lines = text.split('\n')
        text = lines.pop()!
        for (const line of lines) {
          const [word, id, amount] = line.split(' ')
          if (word === 'recorded') confirmed.set(id!, Number(amount))
          else if (word === 'rejected') rejected.push(line)
          else finished = line
        }
      })
      return child
    }
    const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('close', () => resolve()))
    const pause = (milliseconds: number) => new Promise<void>((wake) => setTimeout(wake, milliseconds))

    for (let kill = 0; kill < kills; kill++) {
      application ??= start(`r${kill}`)
      if (kill % serverEvery === serverEvery - 1) {
        await pause(random.next() * 500)
        await product!.kill()
        await startServer()
        counts.server++
      } else {
        // Also before the first record, and while it opens the folder.
        await pause(random.next() * 600)
        const child = application
        const end = ended(child)
        child.kill('SIGKILL')
        await end
        application = undefined
        counts.application++
      }
      onKill?.(kill + 1)
    }
    if (application) {
      const end = ended(application)
      application.kill('SIGKILL')
      await end
      application = undefined
    }
    const last = start('finish')
    await ended(last)
    if (!finished.startsWith('finished'))
      throw new Error(`the last application did not deliver everything: ${finished}`)

    const entries = await server.query<{ key: string; units: string; operations: string }>(
      // A consumption from several sources has an entry for each, and the key is in the first.
      `select keyed.key, sum(-entry.amount) as units, count(distinct (keyed.account_id, keyed.version, keyed.operation_no)) as operations
       from ledger_entry keyed join ledger_entry entry using (account_id, version, operation_no)
       where keyed.mutation = 'recordUsage' group by keyed.key`,
    )
    const ledger = new Map(entries.map((entry) => [entry.key, Number(entry.units)]))
    const usage = await server.query<{ used: string; debt: string }>(
      `select coalesce(sum(-amount) filter (where kind = 'CONSUME'), 0) as used, coalesce(sum(-amount) filter (where source = 'OVERAGE'), 0) as debt
       from ledger_entry where account_id = any($1)`,
      [accounts],
    )
    return {
      applicationKills: counts.application,
      serverKills: counts.server,
      confirmed: confirmed.size,
      counted: entries.length,
      lost: [...confirmed].filter(([id, amount]) => ledger.get(id) !== amount).map(([id]) => id),
      twice: entries.filter(({ operations }) => Number(operations) !== 1).map((entry) => entry.key),
      rejected,
      used: Number(usage[0]!.used) + Number(usage[0]!.debt),
      debt: Number(usage[0]!.debt),
      units: [...ledger.values()].reduce((sum, units) => sum + units, 0),
      durationMs: Math.round(performance.now() - began),
    }
  } finally {
    application?.kill('SIGKILL')
    await product?.kill()
    await server.close()
    rmSync(compiled, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}
