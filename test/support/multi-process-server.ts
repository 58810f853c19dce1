import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startBalancer, type Balancer } from './balancer.js'
import { freePort } from './free-port.js'
import { startProcess, type ServerProcess } from './server-process.js'

/** Two API processes and one worker, and a proxy that shares out over the two. */
export interface MultiProcessServer {
  readonly url: string
  readonly balancer: Balancer
  /** URL of the worker's health and metrics. */
  readonly workerUrl: string
  close(): Promise<void>
}

export interface SplitRequest {
  /** Port of the proxy. */
  readonly port: number
  readonly databaseUrl: string
  /** Contains the key of local tokens. Each process has a separate folder in it. */
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  readonly logLines: string[]
  /** The first API process is killed after so many requests. */
  readonly killAfter: number
}

export async function startMultiProcessServer(request: SplitRequest): Promise<MultiProcessServer> {
  const { port, databaseUrl, dataDir, env, logLines, killAfter } = request
  const start = (name: string, role: string, more: Readonly<Record<string, string>> = {}) => {
    const folder = join(dataDir, name)
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(dataDir, 'token-key.json'), join(folder, 'token-key.json'))
    const publicUrl = env['PUBLIC_URL'] ?? `http://127.0.0.1:${port}/`
    const own = { ...env, ROLE: role, DATA_DIR: folder, DATABASE_URL: databaseUrl, PUBLIC_URL: publicUrl, ...more }
    return startProcess(own, (line) => void logLines.push(line))
  }
  const metricsPort = await freePort()
  const starts = await Promise.allSettled([
    start('api-1', 'api'),
    start('api-2', 'api'),
    start('worker', 'worker', { METRICS_PORT: String(metricsPort) }),
  ])
  const servers: ServerProcess[] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed) {
    // Those that did start must not outlive the test.
    await Promise.all(servers.map((server) => server.kill()))
    throw failed.reason
  }
  const balancer = await startBalancer(port, servers.slice(0, 2), killAfter)
  return {
    url: balancer.url,
    balancer,
    workerUrl: `http://127.0.0.1:${metricsPort}`,
    close: async () => {
      await balancer.close()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
