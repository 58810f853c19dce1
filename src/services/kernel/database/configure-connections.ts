import type { PoolClient } from 'pg'
import { AppError } from '../errors/app-error.js'

const INT8 = 20
const INT8_ARRAY = 1016
const TIMESTAMPTZ = 1184

interface TypeParsers {
  setTypeParser(oid: number, parse: (text: string) => unknown): void
}

/** Numbers are numbers and times are dates, wherever rows are read. */
export function setTypeParsers(types: TypeParsers): void {
  types.setTypeParser(INT8, safeInteger)
  types.setTypeParser(INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(safeInteger)))
  types.setTypeParser(TIMESTAMPTZ, (text) => new Date(text))
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new AppError('INTERNAL', 'a number is too large', { internal: `bigint ${text}` })
  return value
}

/** Observes every statement of a connection. */
export function observeStatements(client: PoolClient, onStatement: (text: string) => void): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    const [first] = args
    onStatement(typeof first === 'string' ? first : (first as { text: string }).text)
    return query(...args)
  }) as typeof client.query
}
