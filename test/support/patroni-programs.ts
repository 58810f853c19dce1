import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Programs of a cluster with Patroni, in a folder of the run. Nothing is installed on the machine. */
export interface PatroniPrograms {
  readonly patroni: string
  readonly etcd: string
  readonly haproxy: string
  /** Folder with `postgres` and `pg_rewind`. */
  readonly postgres: string
  readonly env: Readonly<Record<string, string>>
}

const PACKAGES = ['patroni', 'etcd-server', 'haproxy', 'postgresql']
/** The interpreter that the distribution's packages of Python belong to. */
const PYTHON = '/usr/bin/python3'
/** The versions of PostgreSQL that the distribution's Patroni knows. */
const POSTGRES = ['17', '16', '15']

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 16 * 1_048_576 })

/** Downloads the packages of the distribution and unpacks them. Returns the reason if that is not possible here. */
export function fetchPatroniPrograms(): PatroniPrograms | string {
  if (process.platform !== 'linux' || run('apt-get', ['--version']).status !== 0)
    return 'this machine has no apt-get to download Patroni with'
  if (!existsSync(PYTHON)) return `this machine has no ${PYTHON}`
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-patroni-'))
  // The programs run as another user.
  chmodSync(folder, 0o755)
  const [archives, root] = [join(folder, 'archives'), join(folder, 'root')]
  mkdirSync(join(archives, 'partial'), { recursive: true })
  const options = [`Dir::Cache::archives=${archives}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=']
  const flags = ['-y', '-q', '--download-only', '--no-install-recommends', '--reinstall']
  const fetched = run('apt-get', ['install', ...flags, ...options.flatMap((one) => ['-o', one]), ...PACKAGES])
  if (fetched.status !== 0) return `the packages ${PACKAGES.join(', ')} cannot be downloaded`
  for (const name of readdirSync(archives).filter((one) => one.endsWith('.deb')))
    if (run('dpkg', ['-x', join(archives, name), root]).status !== 0) return `${name} cannot be unpacked`
  const postgres = POSTGRES.flatMap((version) =>
    [root, '/'].map((base) => join(base, 'usr/lib/postgresql', version, 'bin')),
  ).find((bin) => existsSync(join(bin, 'pg_rewind')))
  if (!postgres) return 'this machine has no PostgreSQL that its Patroni knows'
  const libraries = globSync(join(root, 'usr/lib/*-linux-gnu'))
  return {
    patroni: join(root, 'usr/bin/patroni'),
    etcd: join(root, 'usr/bin/etcd'),
    haproxy: join(root, 'usr/sbin/haproxy'),
    postgres,
    env: {
      PATH: `${join(root, 'usr/bin')}:/usr/bin:/bin`,
      PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: libraries.join(':'),
      LC_ALL: 'C.UTF-8',
    },
  }
}
