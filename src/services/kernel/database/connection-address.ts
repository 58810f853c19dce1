import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import { AppError } from '../errors/app-error.js'

/** Where the database is and how it is reached: what `DATABASE_URL` says, read once and used for every connection. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Command-line options for the session, as `-c search_path=shop`. */
  readonly options: string | undefined
  readonly applicationName: string | undefined
  /** False: plain text. */
  readonly tls: ConnectionOptions | false
  /** Plain text is good enough where the server offers no TLS (`allow` and `prefer`). */
  readonly isTlsOptional: boolean
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

/** Names of modes in node-postgres and JDBC. */
const SSL_ALIASES: Record<string, SslMode> = { 'no-verify': 'require' }
const SSL_SWITCH: Record<string, SslMode> = {
  true: 'verify-full',
  '1': 'verify-full',
  false: 'disable',
  '0': 'disable',
}

/** Parameters of libpq that change nothing here: each with the values for which that is so. */
const WITHOUT_EFFECT: Record<string, RegExp> = {
  target_session_attrs: /^(any|read-write|primary)$/,
  client_encoding: /^(utf-?8|auto)$/i,
  channel_binding: /^(disable|prefer)$/,
  gssencmode: /^(disable|prefer)$/,
  sslcompression: /^0$/,
  sslsni: /^1$/,
  sslnegotiation: /^postgres$/,
  load_balance_hosts: /^disable$/,
  keepalives: /^1$/,
}
const USED = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'options',
  'application_name',
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
] as const

/**
 * Parses a `postgres://` URL like libpq. An unsupported parameter is an error: a connection with `sslmode=verify-full`
 * must not use plain text.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const url = parseUrl(text)
  const given = Object.fromEntries(url.searchParams)
  refuseUnknown(given)
  const host = given['host'] || decode(url.hostname).replace(/^\[(.+)\]$/, '$1') || 'localhost'
  if (host.includes(',')) refuse('several hosts are not supported: use one address that always resolves to the primary')
  const user = given['user'] || decode(url.username) || ownName()
  const port = Number(given['port'] || url.port || 5432)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse('port: expected a number from 1 to 65535')
  const mode = sslMode(given)
  const isSocket = host.startsWith('/')
  if (isSocket && mode.startsWith('verify')) refuse(`sslmode=${mode}: Unix sockets do not support TLS`)
  return {
    host,
    port,
    user,
    password: given['password'] || decode(url.password),
    database: given['dbname'] || decode(url.pathname.slice(1)) || user,
    options: given['options'] || undefined,
    applicationName: given['application_name'] || undefined,
    tls: isSocket || mode === 'disable' ? false : tlsOptions(mode, host, given),
    isTlsOptional: mode === 'allow' || mode === 'prefer',
  }
}

function parseUrl(text: string): URL {
  // A password with @ or / would become part of the database name.
  if (!/^postgres(ql)?:\/\/[^/?]*(\/[^/@?]*)?(\?|$)/.test(text) || !URL.canParse(text))
    refuse(
      'expected a URL, for example postgres://user:password@host:5432/database; encode @ : / ? # % in the password as %40 %3A %2F %3F %23 %25',
    )
  return new URL(text)
}

/** The user of the process, the default of libpq for servers that trust local users. */
function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return refuse('the user is missing: expected postgres://user:password@host/database')
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('a % is not part of an escape sequence: write it as %25')
  }
}

function refuseUnknown(given: Record<string, string>): void {
  for (const [name, value] of Object.entries(given)) {
    if ((USED as readonly string[]).includes(name)) continue
    const harmless = WITHOUT_EFFECT[name]
    if (!harmless) refuse(`the parameter ${name} is not supported; supported are ${USED.join(', ')}`)
    if (!harmless.test(value)) refuse(`${name}=${value} is not supported`)
  }
}

function sslMode({ sslmode, ssl }: Record<string, string>): SslMode {
  if (sslmode === undefined && ssl !== undefined)
    return SSL_SWITCH[ssl] ?? refuse(`ssl=${ssl}: expected true or false, or sslmode with ${SSL_MODES.join(', ')}`)
  const mode = SSL_ALIASES[sslmode ?? ''] ?? sslmode ?? 'prefer'
  if (!(SSL_MODES as readonly string[]).includes(mode)) refuse(`sslmode=${mode}: expected ${SSL_MODES.join(', ')}`)
  return mode as SslMode
}

/** As libpq has it: `require` with a root certificate verifies the chain, and only `verify-full` compares the name. */
function tlsOptions(mode: SslMode, host: string, given: Record<string, string>): ConnectionOptions {
  const { sslrootcert: root, sslcert, sslkey } = given
  if (Boolean(sslcert) !== Boolean(sslkey)) refuse('sslcert and sslkey must be set together')
  if (mode === 'verify-ca' && (!root || root === 'system'))
    refuse('sslmode=verify-ca requires sslrootcert=<file>; with public root certificates use verify-full')
  const own = {
    ...(root && root !== 'system' ? { ca: fileOf('sslrootcert', root) } : {}),
    ...(sslcert ? { cert: fileOf('sslcert', sslcert), key: fileOf('sslkey', sslkey!) } : {}),
  }
  if (mode === 'verify-full' || (root === 'system' && mode === 'require'))
    // With the requested host: for an IP address the default compares with `localhost`.
    return { ...own, checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) }
  if (mode === 'verify-ca' || (mode === 'require' && root)) return { ...own, checkServerIdentity: () => undefined }
  return { ...own, rejectUnauthorized: false }
}

function fileOf(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return refuse(`${parameter}: the file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
  }
}

/** Never with the URL itself: it holds a password. */
function refuse(problem: string): never {
  throw new AppError('CONFIGURATION', `DATABASE_URL: ${problem}`, {
    remedy: 'correct DATABASE_URL as the message says',
  })
}
