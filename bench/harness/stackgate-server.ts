import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { familyOf, familyProcessorSeconds, type RunningProcess } from './process-table.js'
import { freePort, projectFolder } from './project.js'
import { startProcess } from './started-processes.js'

/** Server as its user runs it: `npm start`, with a separate data folder and ports. */
export interface StackgateServer {
  readonly graphqlUrl: string
  /** Its payment sandbox. */
  readonly sandboxUrl: string
  /** Seconds from the call of `npm start` to the first response to a query. */
  readonly startSeconds: number
  /** Process id of the server itself, below npm and the starter. */
  readonly pid: number
  /** Connection string of the database that it uses. */
  databaseUrl(): string
  /** Processor time since the call of `npm start`: npm, starter, server, payment sandbox and PostgreSQL. */
  familySeconds(): number
  /** Sends Ctrl-C. Returns the processes that still run afterwards, which must be none. */
  stop(): Promise<RunningProcess[]>
}

/** Requests are rate-limited by address. A load from one address would only measure rejections. */
const unlimited = {
  RATE_LIMIT_USER: '999999999',
  RATE_LIMIT_SERVICE: '999999999',
  RATE_LIMIT_ANONYMOUS: '999999999',
  RATE_LIMIT_AGENT: '999999999',
}

/** A large catalog on a busy machine takes minutes. */
const START_LIMIT_MS = 300_000
const LOOK_AGAIN_MS = 10

/** Starts the server of a folder, by default of this project, and waits until it responds to a query. */
export async function startStackgate(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  folder: string = projectFolder,
): Promise<StackgateServer> {
  const [port, sandboxPort] = [await freePort(), await freePort()]
  mkdirSync(dirname(dataDir), { recursive: true })
  const logFile = `${dataDir}.log`
  const env = { ...unlimited, ...environment, DATA_DIR: dataDir, PORT: String(port), SANDBOX_PORT: String(sandboxPort) }
  const graphqlUrl = `http://127.0.0.1:${port}/graphql`
  const begin = performance.now()
  const started = startProcess('npm', ['start'], { cwd: folder, env, logFile })
  await untilAnswering(graphqlUrl, () => started.child.exitCode !== null, logFile)
  const startSeconds = (performance.now() - begin) / 1000
  const server = familyOf(started.child.pid!).find(({ commandLine }) => /\/dist\/src\/main\.js\b/.test(commandLine))
  if (!server) throw new Error('the server process was not found')
  return {
    graphqlUrl,
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    startSeconds,
    pid: server.pid,
    databaseUrl: () =>
      (JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { databaseUrl: string }).databaseUrl,
    familySeconds: () => familyProcessorSeconds(started.child.pid!),
    stop: () => started.stop(),
  }
}

async function untilAnswering(url: string, ended: () => boolean, logFile: string): Promise<void> {
  const body = JSON.stringify({ query: '{ plans { code } }' })
  const headers = { 'content-type': 'application/json' }
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline;) {
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined)
    const { data } = answer?.ok ? ((await answer.json()) as { data?: { plans: unknown[] } }) : {}
    if (data) return
    if (ended()) break
    await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MS))
  }
  throw new Error(`npm start did not come to answer; its log is ${logFile}`)
}
