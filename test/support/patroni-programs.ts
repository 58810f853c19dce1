import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { unpackPackages } from './debian-packages.js'

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

/** Downloads the packages of the distribution and unpacks them. Returns the reason if that is not possible here. */
export function fetchPatroniPrograms(): PatroniPrograms | string {
  if (!existsSync(PYTHON)) return `this machine has no ${PYTHON}`
  const unpacked = unpackPackages(PACKAGES)
  if (typeof unpacked === 'string') return unpacked
  const { root, libraries } = unpacked
  const postgres = POSTGRES.flatMap((version) =>
    [root, '/'].map((base) => join(base, 'usr/lib/postgresql', version, 'bin')),
  ).find((bin) => existsSync(join(bin, 'pg_rewind')))
  if (!postgres) return 'this machine has no PostgreSQL that its Patroni knows'
  return {
    patroni: join(root, 'usr/bin/patroni'),
    etcd: join(root, 'usr/bin/etcd'),
    haproxy: join(root, 'usr/sbin/haproxy'),
    postgres,
    env: {
      PATH: `${join(root, 'usr/bin')}:/usr/bin:/bin`,
      PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: libraries,
      LC_ALL: 'C.UTF-8',
    },
  }
}
