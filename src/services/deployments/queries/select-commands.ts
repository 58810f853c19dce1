import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Tables } from '#entities/tables.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** A result that is compressed, or has more bytes, is loaded only where it is selected, so that a list of commands stays small. */
const INLINE_BYTES = 16 * 1024

/** All columns except `result`. */
const COLUMNS = [
  'id',
  'accountId',
  'deploymentId',
  'deploymentHash',
  'type',
  'appCode',
  'priority',
  'queuePosition',
  'parameters',
  'parametersSealed',
  'status',
  'attempt',
  'timeoutSeconds',
  'expiresAt',
  'instance',
  'leaseUntil',
  'supersededAt',
  'redeliveryCount',
  'cancelRequestedAt',
  'reportId',
  'error',
  'warnings',
  'createdByUserId',
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
] as const satisfies readonly (keyof Tables['command'])[]

/** Decided without reading the value. Values of more than 2 kB are nearly always compressed, and a compressed one may have any length. */
const IS_LARGE = `(result is not null and (pg_column_compression(result) is not null or pg_column_size(result) > ${INLINE_BYTES}))`
const INLINE_RESULT = `case when not ${IS_LARGE} then result end`

/** The columns that every reader of commands needs. `hasLargeResult` states that the result must be loaded separately. */
export const COMMAND_SELECTION = [
  ...COLUMNS,
  sql<boolean>`${sql.raw(IS_LARGE)}`.as('hasLargeResult'),
  sql`${sql.raw(INLINE_RESULT)}`.as('result'),
] as const

/** The same columns, for statements in SQL. */
export const COMMAND_COLUMNS = [
  ...COLUMNS.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  `${IS_LARGE} as has_large_result`,
  `${INLINE_RESULT} as result`,
].join(', ')

/** Selects commands without their large results. */
export const selectCommands = ({ query }: Pick<Sql, 'query'>) => query.selectFrom('command').select(COMMAND_SELECTION)

export const findCommand = (database: Sql, id: string): Promise<CommandRow | undefined> =>
  selectCommands(database).where('id', '=', id).executeTakeFirst()

/** Conditions of the partial indexes of `command`. A parameter in the place of the status would not use the index. */
export const IS_QUEUED = sql<boolean>`command.status = 'QUEUED'`
export const IS_OUTSTANDING = sql<boolean>`command.status in ('LEASED', 'RUNNING')`
