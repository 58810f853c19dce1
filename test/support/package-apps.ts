import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { runTool } from './install-tools.js'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js'
import { patientNow } from './patience.js'

const NPM = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** Settings of this test run, which would change what npm, compilers and applications do. */
const OF_THE_RUN = /^(?:npm_(?!config_registry)|NODE_(?!EXTRA_CA)|JEST_|STACKGATE_|INIT_CWD)/

/** Environment of a person's terminal. */
export const environment = (env: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_RUN.test(name))),
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  ...env,
})

/** Runs a program to its end, and returns its output. */
export async function run(
  folder: string,
  command: string,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<string> {
  const { code, output } = await runTool(command, args, { cwd: folder, env: environment(env) })
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}
${output}`)
  return output
}

/** A folder outside of the repository, so that no package is found but those that are installed in it. */
export const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `stackgate-${name}-`))

/** Writes files into a folder, by their paths in it. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
}

/**
 * Copies an application of `examples`, installs exactly the packages of its lock file, and then the archives, as
 * `npm install @stackgate/…` does after publishing. Returns the folder.
 */
export async function installExample(name: string, archives: readonly string[]): Promise<string> {
  const folder = newFolder(name)
  cpSync(join('examples', name), folder, { recursive: true, filter: (path) => !/node_modules|\.next/.test(path) })
  await run(folder, 'npm', ['ci', ...NPM])
  await run(folder, 'npm', ['install', '--no-save', ...NPM, ...archives])
  return folder
}

/** Runs a program of a folder's `node_modules`. Returns its output. */
export const runOf = (folder: string, script: string, ...args: string[]): Promise<string> =>
  run(folder, process.execPath, [join('node_modules', script), ...args])

/** Installs what the `package.json` of a folder names. */
export const install = (folder: string): Promise<string> => run(folder, 'npm', ['install', ...NPM])

/** A running application. */
export interface RunningApp {
  readonly url: string
  readonly pid: number
  /** Everything that it has written. */
  output(): string
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts an application and waits until it answers.
 * @throws with its output if it ends or does not answer within a minute of patient time
 */
export async function startApp(
  folder: string,
  args: readonly string[],
  port: number,
  env: Record<string, string> = {},
): Promise<RunningApp> {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: environment({ ...env, PORT: `${port}` }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  const close = async () => {
    child.kill()
    await ended
  }
  for (const deadline = patientNow() + 60_000; patientNow() < deadline;) {
    if (child.exitCode !== null) break
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return { url, pid: child.pid!, output: () => output, [Symbol.asyncDispose]: close }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await close()
  throw new Error(`${args.join(' ')} does not answer: ${output}`)
}

export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`

/** Body and headers of an event, signed as the server signs. */
export function signedWebhook(event: object, secret: string): { body: string; headers: Record<string, string> } {
  const at = new Date()
  const body = JSON.stringify({ timestamp: at.toISOString(), ...event })
  const signature = new Webhook(secret).sign('evt_1', at, body)
  const time = `${Math.floor(at.getTime() / 1000)}`
  return { body, headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': time, 'webhook-signature': signature } }
}

/** A server that is closed at the end of a block. */
export async function temporaryServer(
  options: TestServerOptions = {},
): Promise<{ server: TestServer; [Symbol.asyncDispose](): Promise<void> }> {
  const server = await startTestServer(options)
  return { server, [Symbol.asyncDispose]: () => server.close() }
}
