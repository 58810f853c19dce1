import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { patientNow } from './patience.js'
import { freePort } from './free-port.js'
import { childEnvironment } from './child-environment.js'

/** Built server in a separate process. */
export interface ServerProcess {
  /** URL of the server. A worker serves only health and metrics. */
  readonly url: string
  readonly pid: number
  /** As kill -9 does it. */
  kill(): Promise<void>
  /** As an operator stops it. */
  stop(): Promise<void>
}

/** On a machine that is busy with other things a start may take long; it says why when it fails. */
const START_MS = 150_000
const STOP_MS = 60_000

/** Starts `main.js` with only the given environment. Resolves when the server is ready and reports each log line. */
export async function startProcess(
  env: Readonly<Record<string, string>>,
  onLog: (line: string) => void = () => undefined,
  options: { root?: string } = {},
): Promise<ServerProcess> {
  const port = await freePort()
  const root = options.root ?? process.cwd()
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    cwd: root,
    env: { ...childEnvironment, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const shown: string[] = []
  child.stdout.on('data', (chunk: Buffer) => shown.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    const lines = said.split('\n')
    said = lines.pop() ?? ''
    for (const line of lines) onLog(line)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const last: string[] = []
  child.stderr.on('data', (chunk: Buffer) => last.push(chunk.toString()))
  for (const deadline = patientNow() + START_MS; !shown.join('').includes('Stackgate is ready');) {
    if (child.exitCode !== null || patientNow() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not start: ${last.join('').slice(-2000)}`)
    }
    await new Promise((wake) => setTimeout(wake, 25))
  }
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    kill: () => end('SIGKILL'),
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await end('SIGTERM')
      clearTimeout(timer)
    },
  }
}
