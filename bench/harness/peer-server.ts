import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchFolder, projectFolder } from './project.js'
import { startProcess } from './started-processes.js'

/** A server that we are measured against, in its own process. */
export interface PeerServer {
  readonly url: string
  readonly pid: number
}

/** Starts a peer: a module of `bench/` that sends `{ url }` to its parent once it listens. */
export async function startPeer(
  module: string,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<PeerServer> {
  mkdirSync(benchFolder, { recursive: true })
  const logFile = join(benchFolder, `${name}.log`)
  const path = fileURLToPath(new URL(`../${module}`, import.meta.url))
  const { child } = startProcess(process.execPath, ['--enable-source-maps', path], {
    cwd: projectFolder,
    env,
    logFile,
    ipc: true,
  })
  const { url } = await new Promise<{ url: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string }))
    child.once('exit', () => reject(new Error(`the peer ${name} did not start; its log is ${logFile}`)))
  })
  return { url, pid: child.pid! }
}
