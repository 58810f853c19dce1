// A coordinator and two workers with Citus on this machine. `node test/support/citus-cluster.mjs` runs them until it is
// interrupted, and prints their addresses for CITUS_DATABASE_URL.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'

const WORKERS = 2
const UNPRIVILEGED_UID = 65_534
/** Fewer shards than the default of 32: each database of a test has all of them. */
const SHARDS = 4

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  shared_preload_libraries: 'citus',
  wal_level: 'logical',
  fsync: 'off',
  shared_buffers: '64MB',
  max_connections: 600,
  max_prepared_transactions: 600,
  max_worker_processes: 200,
  max_locks_per_transaction: 512,
  'citus.shard_count': SHARDS,
  'citus.node_conninfo': 'sslmode=disable',
}

/** @returns {Promise<{ urls: string[], stop: () => Promise<void> }>} addresses of the coordinator and then of the workers */
export async function startCitusCluster(binaries, parent = tmpdir()) {
  const machines = await Promise.all(Array.from({ length: 1 + WORKERS }, () => startMachine(binaries, parent)))
  return {
    urls: machines.map(({ url }) => url),
    stop: async () => {
      await Promise.all(machines.map(({ stop }) => stop()))
    },
  }
}

async function startMachine(binaries, parent) {
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}
  const folder = mkdtempSync(join(parent, 'stackgate-citus-'))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const path of [folder, data]) if (asRoot) chownSync(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
  const made = spawnSync(
    join(binaries, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'],
    { ...user, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.stdout}`)
  writeFileSync(join(data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n')
  const port = await freePort()
  const settings = { ...SETTINGS, port, unix_socket_directories: folder }
  const log = openSync(join(folder, 'log'), 'a')
  const server = spawn(
    join(binaries, 'bin/postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: data, stdio: ['ignore', log, log] },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  while (!(await isUp(url))) {
    if (server.exitCode !== null)
      throw new Error(`the server did not start: ${readFileSync(join(folder, 'log'), 'utf8')}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
  return {
    url,
    stop: async () => {
      server.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const isUp = (url) =>
  runOn(url, ['select 1']).then(
    () => true,
    () => false,
  )

/** Runs statements in a database, each as its own transaction. */
export async function runOn(url, statements) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

export const inDatabase = (url, name) => Object.assign(new URL(url), { pathname: `/${name}` }).href

/** Creates an empty database on each machine and makes them a cluster. */
export async function createOnMachines(urls, name) {
  for (const url of urls) {
    await runOn(url, [`create database ${name}`])
    await runOn(inDatabase(url, name), ['create extension citus'])
  }
  const ports = urls.map((url) => new URL(url).port)
  await runOn(inDatabase(urls[0], name), [
    `select citus_set_coordinator_host('127.0.0.1', ${ports[0]})`,
    ...ports.slice(1).map((port) => `select citus_add_node('127.0.0.1', ${port})`),
  ])
}

/**
 * Creates a copy of a distributed database. The tables of Citus name machines and shards, but not the database, so that
 * copies on all machines are a cluster of their own.
 */
export async function cloneOnMachines(urls, name, template) {
  for (const url of urls) await cloneOnMachine(url, name, template)
}

const IN_USE = '55006'

async function cloneOnMachine(url, name, template) {
  await untilUnused(url, [
    // The extension has a background process in each database that was used.
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${template}' and pid <> pg_backend_pid()`,
    `create database ${name} template ${template} strategy file_copy`,
  ])
}

export async function dropOnMachines(urls, name) {
  for (const url of urls) await untilUnused(url, [`drop database if exists ${name} with (force)`])
}

/** Runs statements again while a database is used by the background process, which is started again after it was terminated. */
async function untilUnused(url, statements) {
  for (;;) {
    try {
      return await runOn(url, statements)
    } catch (error) {
      if (error.code !== IN_USE) throw error
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const cluster = await startCitusCluster(process.env.CITUS_POSTGRES, process.env.STACKGATE_TEST_DATA)
  process.stdout.write(`${cluster.urls.join(',')}\n`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void cluster.stop().then(() => process.exit()))
}
