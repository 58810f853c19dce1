import { spawn, type ChildProcess } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { parse, stringify } from 'yaml'
import { freePort } from './free-port.js'
import type { PatroniPrograms } from './patroni-programs.js'
import { eventually } from './test-server.js'

const UNPRIVILEGED_UID = 65_534
const NODES = ['pg-1', 'pg-2', 'pg-3']
const PASSWORD = 'password-of-the-tests'
const ROLE = 'stackgate'
const START_MS = 300_000

/** The part that fails: PostgreSQL alone, or all programs of the machine. */
export type Extent = 'server' | 'machine'

/** Three machines of `deploy/patroni`: PostgreSQL, Patroni and etcd on each, and HAProxy before them. */
export interface PatroniCluster {
  /** Address of the database of Stackgate, by way of HAProxy. */
  readonly url: string
  /** Waits until two replicas follow a primary without loss of a commit. Returns the name of the primary. */
  untilComplete(): Promise<string>
  /** Name of the machine that calls itself the primary, except the one named. */
  primaryExcept(name: string): Promise<string | null>
  /** Kills with SIGKILL. */
  kill(name: string, extent: Extent): void
  /** Suspends all programs of the machine, whose connections stay open and silent. */
  suspend(name: string): void
  /** Starts the programs of a machine that was killed. */
  start(name: string): void
  /** Suspends what sends changes to the replicas, until the primary is killed. */
  stallReplication(name: string): Promise<void>
  /** The last lines that the programs wrote. */
  logs(): string
  close(): Promise<void>
}

interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
  readonly timeline?: number
}

interface Machine {
  readonly name: string
  readonly ports: Readonly<Record<'postgres' | 'rest' | 'client' | 'peer', number>>
  readonly data: string
  patroni: ChildProcess | null
  etcd: ChildProcess | null
}

/** True: commits wait for a replica, as the shipped file has it. */
export async function startPatroniCluster(
  programs: PatroniPrograms,
  { synchronous }: { synchronous: boolean },
): Promise<PatroniCluster> {
  const folder = mkdtempSync(join(process.env['STACKGATE_TEST_DATA'] ?? tmpdir(), 'patroni-'))
  const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}
  if (user.uid !== undefined) chownSync(folder, user.uid, user.uid)
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const log = openSync(write('log', ''), 'a')
  const run = (program: string, args: readonly string[]): ChildProcess =>
    spawn(program, args, {
      ...user,
      cwd: folder,
      stdio: ['ignore', log, log],
      env: { ...programs.env, HOME: folder, TMPDIR: tmpdir(), ...SECRETS },
    })
  const machines: Machine[] = []
  for (const name of NODES)
    machines.push({
      name,
      ports: { postgres: await freePort(), rest: await freePort(), client: await freePort(), peer: await freePort() },
      data: join(folder, name),
      patroni: null,
      etcd: null,
    })
  const machineOf = (name: string) => machines.find((machine) => machine.name === name)!
  for (const machine of machines) {
    mkdirSync(`${machine.data}-etcd`, { mode: 0o700 })
    if (user.uid !== undefined) chownSync(`${machine.data}-etcd`, user.uid, user.uid)
    write(`${machine.name}-etcd.yml`, etcdFile(machine, machines))
    write(`${machine.name}.yml`, patroniFile(machine, machines, { folder, synchronous, programs }))
  }
  const start = (name: string): void => {
    const machine = machineOf(name)
    machine.etcd ??= run(programs.etcd, ['--config-file', join(folder, `${name}-etcd.yml`)])
    machine.patroni ??= run(programs.patroni, [join(folder, `${name}.yml`)])
  }
  for (const { name } of machines) start(name)
  const port = await freePort()
  const haproxy = run(programs.haproxy, ['-db', '-f', write('haproxy.cfg', haproxyFile(port, machines))])
  const logs = () => readFileSync(join(folder, 'log'), 'utf8').slice(-6_000)

  const members = async (): Promise<readonly Member[]> => {
    for (const { ports } of machines) {
      const answer = await fetch(`http://127.0.0.1:${ports.rest}/cluster`, { signal: AbortSignal.timeout(2_000) })
        .then((response) => response.json() as Promise<{ members: Member[] }>)
        .catch(() => null)
      if (answer) return answer.members
    }
    return []
  }
  const isPrimary = ({ ports }: Machine): Promise<boolean> =>
    fetch(`http://127.0.0.1:${ports.rest}/primary`, { signal: AbortSignal.timeout(1_000) })
      .then(({ status }) => status === 200)
      .catch(() => false)
  const asSuperuser = async <Row>(name: string, statement: string, database = 'postgres'): Promise<Row[]> => {
    const { postgres } = machineOf(name).ports
    const client = new pg.Client({
      host: '127.0.0.1',
      port: postgres,
      user: 'postgres',
      password: PASSWORD,
      database,
      connectionTimeoutMillis: 5_000,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query(statement)).rows as Row[]
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  /** Name of the primary, if two replicas follow it. */
  const complete = async (): Promise<string | null> => {
    const found = await members()
    const leader = found.find(({ role }) => role === 'leader')
    const isRunning = ({ state, timeline }: Member) =>
      ['running', 'streaming'].includes(state) && timeline === leader!.timeline
    if (!leader || found.length !== machines.length || !found.every(isRunning)) return null
    if (synchronous && !found.some(({ role }) => role === 'sync_standby')) return null
    const followers = await asSuperuser<{ sync: string }>(
      leader.name,
      `select sync_state as sync from pg_stat_replication where state = 'streaming'`,
    ).catch(() => [])
    const isReady = followers.length === 2 && (!synchronous || followers.some(({ sync }) => sync === 'sync'))
    return isReady ? leader.name : null
  }
  const untilComplete = async (): Promise<string> => {
    const name = await eventually(complete, (found) => found !== null, START_MS).catch(async (error: unknown) => {
      throw new Error(`the cluster is not complete: ${JSON.stringify(await members())}\n${logs()}`, { cause: error })
    })
    return name!
  }
  /** The server and its processes. */
  const serverProcesses = ({ data }: Machine): number[] => {
    const postmaster = Number(read(join(data, 'postmaster.pid')).split('\n')[0])
    if (!postmaster) return []
    return [
      postmaster,
      ...read(`/proc/${postmaster}/task/${postmaster}/children`).split(' ').filter(Boolean).map(Number),
    ]
  }
  const signalAll = (pids: readonly (number | undefined)[], signal: NodeJS.Signals): void => {
    for (const pid of pids)
      try {
        if (pid) process.kill(pid, signal)
      } catch {
        // It has ended.
      }
  }
  const programsOf = (machine: Machine) => [machine.patroni?.pid, machine.etcd?.pid]
  const killMachine = (machine: Machine): void => {
    // The processes of PostgreSQL are listed first: without a server they end, and some before they are killed.
    signalAll([...programsOf(machine), ...serverProcesses(machine)], 'SIGKILL')
    machine.patroni = null
    machine.etcd = null
  }
  const first = await untilComplete()
  await asSuperuser(first, `create role ${ROLE} login password '${PASSWORD}'`)
  await asSuperuser(first, `create database ${ROLE} owner ${ROLE} encoding 'UTF8' template template0`)
  return {
    url: `postgres://${ROLE}:${PASSWORD}@127.0.0.1:${port}/${ROLE}`,
    untilComplete,
    primaryExcept: async (name) => {
      for (const machine of machines) if (machine.name !== name && (await isPrimary(machine))) return machine.name
      return null
    },
    kill: (name, extent) =>
      extent === 'machine' ? killMachine(machineOf(name)) : signalAll(serverProcesses(machineOf(name)), 'SIGKILL'),
    suspend: (name) => signalAll([...programsOf(machineOf(name)), ...serverProcesses(machineOf(name))], 'SIGSTOP'),
    start,
    stallReplication: async (name) => {
      const senders = await asSuperuser<{ pid: number }>(name, 'select pid from pg_stat_replication')
      signalAll(
        senders.map(({ pid }) => pid),
        'SIGSTOP',
      )
    },
    logs,
    close: async () => {
      const ended = new Promise((resolve) => haproxy.once('exit', resolve))
      haproxy.kill('SIGKILL')
      machines.forEach(killMachine)
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

const SECRETS = {
  PATRONI_SUPERUSER_PASSWORD: PASSWORD,
  PATRONI_REPLICATION_PASSWORD: PASSWORD,
  PATRONI_REWIND_PASSWORD: PASSWORD,
  PATRONI_RESTAPI_USERNAME: 'patroni',
  PATRONI_RESTAPI_PASSWORD: PASSWORD,
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The shipped file with the addresses of a machine of the test. */
function etcdFile({ name, data, ports }: Machine, machines: readonly Machine[]): string {
  const [client, peer] = [`http://127.0.0.1:${ports.client}`, `http://127.0.0.1:${ports.peer}`]
  return stringify({
    ...(parse(readFileSync('deploy/patroni/etcd.yml', 'utf8')) as object),
    name,
    'data-dir': `${data}-etcd`,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': machines.map((one) => `${one.name}=http://127.0.0.1:${one.ports.peer}`).join(','),
  })
}

interface PatroniFile {
  readonly bootstrap: { readonly dcs: { readonly postgresql: object } }
  readonly postgresql: { readonly pg_hba: readonly string[] }
}

/** The shipped file with the addresses and folders of a machine of the test, and without a watchdog. */
function patroniFile(
  { name, data, ports }: Machine,
  machines: readonly Machine[],
  { folder, synchronous, programs }: { folder: string; synchronous: boolean; programs: PatroniPrograms },
): string {
  const shipped = parse(readFileSync('deploy/patroni/patroni.yml', 'utf8')) as PatroniFile
  const [rest, postgres] = [`127.0.0.1:${ports.rest}`, `127.0.0.1:${ports.postgres}`]
  const dcs = {
    ...shipped.bootstrap.dcs,
    ...(synchronous ? {} : { synchronous_mode: false, synchronous_mode_strict: false }),
  }
  return stringify({
    ...shipped,
    name,
    restapi: { listen: rest, connect_address: rest },
    etcd3: { hosts: machines.map((one) => `127.0.0.1:${one.ports.client}`) },
    bootstrap: { ...shipped.bootstrap, dcs },
    postgresql: {
      ...shipped.postgresql,
      listen: postgres,
      connect_address: postgres,
      data_dir: data,
      bin_dir: programs.postgres,
      pgpass: `${data}.pgpass`,
      pg_hba: shipped.postgresql.pg_hba.map((line) => line.replace('10.0.0.0/24', '127.0.0.1/32')),
      parameters: { unix_socket_directories: folder, shared_buffers: '64MB' },
    },
    watchdog: { mode: 'off' },
  })
}

function haproxyFile(port: number, machines: readonly Machine[]): string {
  const lines = readFileSync('deploy/patroni/haproxy.cfg', 'utf8')
    .replace('bind 127.0.0.1:5000', `bind 127.0.0.1:${port}`)
    .replace('check port 8008', 'check')
    .split('\n')
    .filter((line) => !/^\s+server /.test(line))
  const servers = machines.map(
    ({ name, ports }) => `  server ${name} 127.0.0.1:${ports.postgres} check port ${ports.rest}`,
  )
  return [...lines, ...servers, ''].join('\n')
}
