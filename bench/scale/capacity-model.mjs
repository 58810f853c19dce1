// `node bench/scale/capacity-model.mjs` prints the tables of bench/results/capacity-model.md and docs/scale.md. It is a
// model and not a measurement: service times that were measured on a small, busy machine, multiplied, with queues of
// several servers (M/M/c) where operations wait. test/unit/kernel/capacity-model.test.ts compares the pages with it.
import { pathToFileURL } from 'node:url'

/** Measured values; bench/results/capacity-model.md names the source of each. */
export const MEASURED = {
  /** Processor time of one consumption in seconds. */
  consumption: { api: 315e-6, database: 139e-6 },
  check: { api: 205e-6, database: 27e-6 },
  /** Share of a core that a waiting agent takes. */
  waitingAgent: { core: 0.08 / 10_000, bytes: 24_000 },
  /** An event at one socket: processor time of the server, taken as half of what server and client took together. */
  socketEvent: { core: 0.2e-3, bytes: 35_800 },
  idleProcess: { core: 0.022, bytes: 250e6 },
  /** Bytes of a consumption with its indexes, in a version of its own, and in the log of PostgreSQL. */
  history: { ledgerEntry: 540, event: 594, log: 2_000 },
  /** A million ledger entries of a backup of 100 million with their chains, in processor time, and a restore of one million with every rule checked. */
  backupOfMillion: { seconds: 6.6, restoreSeconds: 12.3, bytes: 73e6 },
  /** A hundred million entries, in processor time. A block of each sorted run is in memory. */
  verification: { entriesPerMinute: 5.4e6, bytes: 0.5e9, bytesPerEntry: 0.1, temporaryBytesPerEntry: 104 },
}

/** Assumptions, which no measurement supports. */
export const ASSUMED = {
  /** Share of its cores that a machine uses at the busiest hour. */
  utilization: 0.6,
  checksPerConsumption: 4,
  /** Events that reach a socket in a second. */
  eventsPerSocket: 0.1,
  coresPerDatabaseMachine: 32,
  coresPerApiMachine: 16,
}

/** Load of one installation that one machine serves today. */
export const TODAY = { consumptions: 5_000, waitingAgents: 1e4, sockets: 1e4 }

/** Probability that an arrival waits at `servers` servers with an offered load of `load` servers (Erlang C). */
export function probabilityOfWaiting(servers, load) {
  let blocked = 1
  for (let count = 1; count <= servers; count++) blocked = (load * blocked) / (count + load * blocked)
  const utilization = load / servers
  return blocked / (1 - utilization * (1 - blocked))
}

/** Time in seconds that 99 % of the arrivals wait at most (M/M/c). */
export function waitingTime99(servers, load, serviceTime) {
  const waiting = probabilityOfWaiting(servers, load)
  return waiting <= 0.01 ? 0 : (Math.log(waiting / 0.01) * serviceTime) / (servers - load)
}

/** Machines, memory and waiting times at a multiple of today's load. */
export function capacityAt(times) {
  const { consumption, check, waitingAgent, socketEvent, idleProcess } = MEASURED
  const consumptions = TODAY.consumptions * times
  const checks = consumptions * ASSUMED.checksPerConsumption
  const agents = TODAY.waitingAgents * times
  const sockets = TODAY.sockets * times
  const busy =
    consumptions * consumption.api +
    checks * check.api +
    agents * waitingAgent.core +
    sockets * ASSUMED.eventsPerSocket * socketEvent.core
  // A process uses one core, and some of it for its periodic work.
  const processes = Math.ceil(busy / (ASSUMED.utilization - idleProcess.core))
  const databaseLoad = consumptions * consumption.database + checks * check.database
  const databaseCores = Math.ceil(databaseLoad / ASSUMED.utilization)
  const shards = Math.ceil(databaseCores / ASSUMED.coresPerDatabaseMachine)
  const coresPerShard = Math.ceil(databaseCores / shards)
  const perProcess = busy / processes
  return {
    consumptions,
    processes,
    apiMachines: Math.ceil(processes / ASSUMED.coresPerApiMachine),
    apiMemory: processes * idleProcess.bytes + agents * waitingAgent.bytes + sockets * socketEvent.bytes,
    databaseCores,
    shards,
    connections: processes * 10,
    /** One core of a process, and the cores of one machine of the database. */
    waitApi: waitingTime99(1, perProcess, consumption.api),
    waitDatabase: waitingTime99(coresPerShard, databaseLoad / shards, consumption.database),
  }
}

const number = (value, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const giga = (bytes) =>
  bytes < 1e12 ? `${number(bytes / 1e9, bytes < 1e10 ? 1 : 0)} GB` : `${number(bytes / 1e12, bytes < 1e13 ? 1 : 0)} TB`

/** Rows of the table in bench/results/capacity-model.md. */
export function capacityTable() {
  const columns = [1, 10, 100].map(capacityAt)
  const row = (name, show) => `| ${[name, ...columns.map(show)].join(' | ')} |`
  return [
    '| | today | 10 times | 100 times |',
    '|---|---|---|---|',
    row('consumptions per second', ({ consumptions }) => number(consumptions)),
    row('API processes of one core', ({ processes }) => number(processes)),
    row(`API machines of ${ASSUMED.coresPerApiMachine} cores`, ({ apiMachines }) => number(apiMachines)),
    row('memory of all API processes', ({ apiMemory }) => giga(apiMemory)),
    row('cores of PostgreSQL', ({ databaseCores }) => number(databaseCores)),
    row(`machines of ${ASSUMED.coresPerDatabaseMachine} cores for PostgreSQL`, ({ shards }) => number(shards)),
    row('direct connections to PostgreSQL', ({ connections }) => number(connections)),
    row('wait for a core of a process, p99', ({ waitApi }) => `${number(waitApi * 1e3, 2)} ms`),
    row('wait for a core of PostgreSQL, p99', ({ waitDatabase }) => `${number(waitDatabase * 1e3, 2)} ms`),
  ]
}

const table = (head, columns) => {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...columns.map(line)]
}

const DAY = 86_400

/** Rows of the first table of docs/scale.md: what an average rate needs. */
export function rateTable() {
  const { consumption, check, history } = MEASURED
  return table(
    [
      'consumptions per second, average of all hours',
      'ledger entries per day',
      'ledger per month',
      'events kept, 400 · 30 days',
      'log of PostgreSQL per day',
      'cores of PostgreSQL · of processes',
    ],
    [10, 100, 1_000, 5_000].map((rate) => {
      const cores = (part) => number(rate * (consumption[part] + ASSUMED.checksPerConsumption * check[part]), 2)
      return [
        number(rate),
        `${number((rate * DAY) / 1e6, 1)} M`,
        giga(rate * DAY * 30 * history.ledgerEntry),
        `${giga(rate * DAY * 400 * history.event)} · ${giga(rate * DAY * 30 * history.event)}`,
        giga(rate * DAY * history.log),
        `${cores('database')} · ${cores('api')}`,
      ]
    }),
  )
}

const duration = (seconds) =>
  seconds < 5_400 ? `${number(seconds / 60, seconds < 600 ? 1 : 0)} min` : `${number(seconds / 3_600, 1)} h`

/** Rows of the second table of docs/scale.md: what a ledger of a size needs. */
export function sizeTable() {
  const { backupOfMillion, history, verification } = MEASURED
  return table(
    [
      'ledger entries',
      'ledger on disk',
      'backup',
      'restore with its checks',
      '`stackgate verify`',
      'its memory, temporary files',
    ],
    [1e7, 1e8, 1e9, 1e10].map((entries) => {
      const millions = entries / 1e6
      return [
        number(entries),
        giga(entries * history.ledgerEntry),
        `${duration(millions * backupOfMillion.seconds)}, ${giga(millions * backupOfMillion.bytes)}`,
        duration(millions * backupOfMillion.restoreSeconds),
        duration((entries / verification.entriesPerMinute) * 60),
        `${giga(verification.bytes + entries * verification.bytesPerEntry)}, ${giga(entries * verification.temporaryBytesPerEntry)}`,
      ]
    }),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(`${[capacityTable(), rateTable(), sizeTable()].map((rows) => rows.join('\n')).join('\n\n')}\n`)
