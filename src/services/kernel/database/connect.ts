import { connect, type Socket } from 'node:net'
import pg from 'pg'
import { readDatabaseUrl, type DatabaseAddress } from './connection-address.js'
import { prepareSession, type SessionOptions } from './session.js'
import type { Timers } from '../time/timers.js'
import { watchSilence } from './silence.js'

/** Maximum time for opening a connection, and for waiting until one of the pool is free. */
const CONNECT_MS = 10_000
const KEEP_ALIVE_MS = 10_000

export interface ConnectionOptions extends SessionOptions {
  readonly url: string
  readonly timers: Timers
  /** The purpose of the connection (`application_name`). */
  readonly name: string
}

/** Settings of the driver, the same for every connection. */
export async function connectionConfig(url: string, name: string): Promise<pg.ClientConfig> {
  const address = readDatabaseUrl(url)
  const { host, port, user, password, database, options, applicationName } = address
  return {
    host,
    port,
    user,
    password,
    database,
    ...(options ? { options } : {}),
    application_name: applicationName ?? name,
    ssl: address.tls && (!address.isTlsOptional || (await offersTls(address))) ? address.tls : false,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  }
}

/** Opens a single connection, ready to use. Throws for a read-only server as for a failed connection. */
export async function openConnection(options: ConnectionOptions): Promise<pg.Client> {
  const client = new pg.Client(await connectionConfig(options.url, options.name))
  const watch = watchSilence(options.timers, options.limits.silenceMs)
  client.on('error', () => undefined)
  client.once('end', () => watch.close())
  try {
    await client.connect()
    watch.add(client)
    await prepareSession(client, options)
    return client
  } catch (error) {
    watch.close()
    void client.end().catch(() => undefined)
    throw error
  }
}

/** The first message of a connection that requests TLS: its length and the request code. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** Checks whether the server supports TLS, like libpq with `prefer`. */
function offersTls({ host, port }: DatabaseAddress): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port, timeout: CONNECT_MS })
    socket.once('connect', () => socket.write(TLS_REQUEST))
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1', 0, 1) === 'S')
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('Connection terminated due to connection timeout')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('Connection terminated unexpectedly')))
  })
}
