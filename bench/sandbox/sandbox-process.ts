import { join } from 'node:path'
import type { RunningProcess } from '../harness/process-table.js'
import { freePort, projectFolder } from '../harness/project.js'
import { startProcess } from '../harness/started-processes.js'

/** The sandbox as the server starts it: a child process that says when it listens. */
export interface SandboxProcess {
  readonly port: number
  /** Seconds from the start of the process until it listened. */
  readonly startSeconds: number
  /** Calls the control interface. */
  control(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>>
  /** Sends Ctrl-C. Returns the processes that still run afterwards, which must be none. */
  stop(): Promise<RunningProcess[]>
}

const TOKEN = 'bench'

/** Starts a sandbox with a data folder. */
export async function startSandboxProcess(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SandboxProcess> {
  const port = await freePort()
  const env = {
    ...environment,
    SANDBOX_PORT: String(port),
    SANDBOX_TOKEN: TOKEN,
    DATA_DIR: dataDir,
  }
  const begin = performance.now()
  const logFile = `${dataDir}.log`
  const started = startProcess(process.execPath, [join(projectFolder, 'packages/sandbox/dist/main.js')], {
    cwd: projectFolder,
    env,
    logFile,
    ipc: true,
  })
  await new Promise<void>((resolve, reject) => {
    started.child.once('message', () => resolve())
    started.child.once('exit', () => reject(new Error(`the sandbox did not start; its log is ${logFile}`)))
  })
  return {
    port,
    startSeconds: (performance.now() - begin) / 1000,
    async control(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port}/_sandbox/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const answer = (await response.json()) as Record<string, unknown>
      if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
      return answer
    },
    async stop() {
      // With a parent it leaves Ctrl-C to the parent, which closes the channel.
      started.child.disconnect()
      return started.stop()
    },
  }
}
