import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { busyFactor } from './patience.js'
import { freePort } from './free-port.js'
import { eventually } from './test-server.js'

/** Reason to skip tests with HAProxy. Null if it is installed. */
export const noHaproxy = (): string | null =>
  spawnSync('haproxy', ['-v']).status === 0 ? null : 'this machine has no haproxy'

/** HAProxy with `deploy/haproxy.cfg`, before processes of this machine. */
export interface Haproxy {
  readonly url: string
  /** Requests and sockets so far, and the status of the health check, by process. */
  servers(): Promise<readonly { readonly total: number; readonly isUp: boolean }[]>
  stop(): Promise<void>
}

/** The shipped file with other addresses and statistics. A busy machine responds to health checks later than a second. */
function configure(port: number, statsPort: number, backends: readonly number[]): string {
  const servers = backends.map((backend, index) => `  server api-${index + 1} 127.0.0.1:${backend}`)
  const lines = readFileSync('deploy/haproxy.cfg', 'utf8')
    .replace('bind 127.0.0.1:8080', `bind 127.0.0.1:${port}`)
    .split('\n')
    .filter((line) => !/^\s+server /.test(line))
  const stats = ['frontend stats', `  bind 127.0.0.1:${statsPort}`, '  stats enable', '  stats uri /stats', '']
  return [...lines, `  timeout check ${busyFactor()}s`, ...servers, ...stats].join('\n')
}

/** Starts HAProxy and waits until every process is up. */
export async function startHaproxy(backends: readonly number[]): Promise<Haproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-haproxy-'))
  const [port, statsPort] = [await freePort(), await freePort()]
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, configure(port, statsPort, backends))
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const servers = async () => {
    if (child.exitCode !== null) throw new Error(`haproxy ended: ${printed}`)
    const answer = await fetch(`http://127.0.0.1:${statsPort}/stats;csv`).catch(() => null)
    const [head, ...rows] = (await answer?.text())?.trim().split('\n') ?? []
    const names = head?.split(',') ?? []
    return rows
      .map((row) => Object.fromEntries(row.split(',').map((value, index) => [names[index], value])))
      .filter((row) => row['svname']?.startsWith('api-'))
      .map((row) => ({ total: Number(row['stot']), isUp: row['status']!.startsWith('UP') }))
  }
  await eventually(servers, (all) => all.length === backends.length && all.every(({ isUp }) => isUp))
  return {
    url: `http://127.0.0.1:${port}`,
    servers,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
