import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Tables } from '#entities/tables.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** A value that is compressed, or has more bytes, is loaded only where it is selected, so that a list of commands stays small. */
const INLINE_BYTES = 16 * 1024

/** All columns except `parameters` and `result`. */
const COLUMNS = [
  'id',
  'accountId',
  'deploymentId',
  'deploymentHash',
  'type',
  'appCode',
  'priority',
  'queuePosition',
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
const isLarge = (column: string) =>
  `(${column} is not null and (pg_column_compression(${column}) is not null or pg_column_size(${column}) > ${INLINE_BYTES}))`
const inlineOf = (column: string) => `case when not ${isLarge(column)} then ${column} end`

const RESULT = [
  sql<boolean>`${sql.raw(isLarge('result'))}`.as('hasLargeResult'),
  sql`${sql.raw(inlineOf('result'))}`.as('result'),
] as const

/** The columns that decisions about a command need. `hasLargeResult` states that the result must be loaded separately. */
export const COMMAND_SELECTION = [...COLUMNS, 'parameters', ...RESULT] as const

/** The columns of commands in lists, where large parameters are loaded separately as well. */
export const LISTED_SELECTION = [
  ...COLUMNS,
  ...RESULT,
  sql<boolean>`${sql.raw(isLarge('parameters'))}`.as('hasLargeParameters'),
  sql<CommandRow['parameters']>`${sql.raw(inlineOf('parameters'))}`.as('parameters'),
] as const

/** The same columns, for statements in SQL. */
export const LISTED_COLUMNS = [
  ...COLUMNS.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  `${isLarge('result')} as has_large_result`,
  `${inlineOf('result')} as result`,
  `${isLarge('parameters')} as has_large_parameters`,
  `${inlineOf('parameters')} as parameters`,
].join(', ')

/** Selects commands without their large parameters and results. */
export const selectListedCommands = ({ query }: Pick<Sql, 'query'>) =>
  query.selectFrom('command').select(LISTED_SELECTION)

/** Selects commands without their large results. */
export const selectCommands = ({ query }: Pick<Sql, 'query'>) => query.selectFrom('command').select(COMMAND_SELECTION)

export const findCommand = (database: Sql, id: string): Promise<CommandRow | undefined> =>
  selectCommands(database).where('id', '=', id).executeTakeFirst()

/** Conditions of the partial indexes of `command`. A parameter in the place of the status would not use the index. */
export const IS_QUEUED = sql<boolean>`command.status = 'QUEUED'`
export const IS_OUTSTANDING = sql<boolean>`command.status in ('LEASED', 'RUNNING')`
