import { AppError } from '../errors/app-error.js'
import { ReadOnlyServer } from './session.js'

/** The most frequent solution for each message of the driver, the server or TLS. The first match is used. */
const ADVICE: readonly (readonly [says: RegExp, advice: string])[] = [
  [
    /does not support SSL/,
    'the server does not support TLS: enable it (ssl = on), or use sslmode=disable in a trusted network',
  ],
  [
    /no encryption/,
    'the server accepts encrypted connections only: add sslmode=require, or better sslmode=verify-full&sslrootcert=<file>',
  ],
  [/no pg_hba\.conf entry/, 'pg_hba.conf of the server does not allow this user from this host: add a line'],
  [
    /self.signed|unable to (get|verify)|ERR_TLS_CERT|altname|certificate/i,
    'the certificate of the server is not trusted: set sslrootcert=<file> to the certificate of its authority, and for sslmode=verify-full use the host name of the certificate',
  ],
  [/not permitted to log in/, 'let the role log in (alter role … login), or name another one in DATABASE_URL'],
  [/28P01|28000|password/, 'correct the user name and the password of DATABASE_URL'],
  [/3D000/, 'create the database, or correct its name in DATABASE_URL'],
  [/42501/, 'grant the role of DATABASE_URL the right to connect to the database, and those of its tables'],
  [
    /53300|too many (clients|connections)|remaining connection slots/,
    'the server has no free connections: raise max_connections, or lower DATABASE_CONNECTIONS',
  ],
  [/unsupported startup parameter/, 'a connection pooler rejects options=…: use the address of the server itself'],
  [/57P03/, 'the server is starting or stopping: try again shortly'],
  [/ENOTFOUND/, 'no name server knows the host: correct the host in DATABASE_URL'],
  [/EAI_AGAIN/, 'the name server does not respond: try again shortly, or name the host by its address'],
  [/ENOENT|EACCES/, 'start PostgreSQL, or correct the folder of its socket in DATABASE_URL'],
  [/ECONNREFUSED/, 'start PostgreSQL, or correct host and port in DATABASE_URL'],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout/i,
    'nothing responds: correct host and port in DATABASE_URL, or let a firewall admit this machine',
  ],
  [
    /ECONNRESET|EPIPE|terminated unexpectedly|Parse Error|Unknown message|unrecognized/i,
    'this is no PostgreSQL server, or it ended the connection: correct the port in DATABASE_URL, and see the log of the server',
  ],
]

/** Converts an error of the first connection to a sentence with a remedy. Unknown errors keep their message. */
export function toConnectionError(error: unknown): AppError {
  if (error instanceof ReadOnlyServer)
    return new AppError('CONFIGURATION', `DATABASE_URL: ${error.internal!}`, { remedy: error.remedy! })
  if (error instanceof AppError) return error
  const { code = '', message } = firstOf(error)
  const remedy = ADVICE.find(([says]) => says.test(`${code} ${message}`))?.[1]
  return new AppError(
    'CONFIGURATION',
    `DATABASE_URL: the database cannot be reached or used (${message})${remedy ? `: ${remedy}` : ''}`,
    { cause: error, ...(remedy ? { remedy } : {}) },
  )
}

/** The remedy of an error of the database. Undefined if it has no usual one. */
export const remedyOf = (error: unknown): string | undefined =>
  error instanceof AppError ? error.remedy : toConnectionError(error).remedy

/** One error for each address that was tried: they are alike. */
function firstOf(error: unknown): { code?: string; message: string } {
  const { errors } = error as { errors?: unknown[] }
  return Array.isArray(errors) && errors.length > 0 ? firstOf(errors[0]) : (error as Error)
}
