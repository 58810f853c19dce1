import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { selectCommands } from '../model/select-commands.js'
import { transitionCommands, type CommandTransition, type TransitionedCommand } from './transition-commands.js'
import { queueTopic } from '../model/queue-topic.js'

export type { CommandTransition as CommandMove } from './transition-commands.js'

/** Where a move is written: by itself, or in a transaction with what belongs to it. */
export type TransitionTarget = Sql & Partial<Pick<Transaction, 'announce'>>

/** Changes a command and publishes it. Null if another process changed it first. */
export async function tryTransitionCommand(
  context: Pick<Context, 'notifier' | 'metrics'>,
  sql: TransitionTarget,
  command: CommandRow,
  move: CommandTransition,
): Promise<CommandRow | null> {
  const [moved] = await transitionCommands(sql, [{ command, move }])
  if (!moved) return null
  if (sql.announce) {
    for (const topic of topicsOf(moved)) sql.announce(topic)
    countTransitions(context, moved)
  } else publishTransitions(context, [moved])
  return moved.command
}

/** As `tryTransitionCommand`, for a command whose row is locked. */
export async function transitionCommand(
  context: Pick<Context, 'notifier' | 'metrics'>,
  transaction: Transaction,
  command: CommandRow,
  move: CommandTransition,
): Promise<CommandRow> {
  const moved = await tryTransitionCommand(context, transaction, command, move)
  if (!moved) throw new Error(`command ${command.id} changed despite its lock`)
  return moved
}

/** Publishes committed command changes. */
export function publishTransitions(
  context: Pick<Context, 'notifier' | 'metrics'>,
  moved: readonly TransitionedCommand[],
): void {
  const events: StreamEventRow[] = moved.flatMap((each) => each.events)
  // By place: a batch can contain several commands of a deployment in any order.
  events.sort((a, b) => (a.streamId === b.streamId ? a.sequence - b.sequence : a.streamId < b.streamId ? -1 : 1))
  context.notifier.publishCommitted(
    events,
    moved.filter(isBack).map(({ command }) => queueTopic(command.deploymentId)),
  )
  for (const each of moved) countTransitions(context, each)
}

const isBack = ({ command }: TransitionedCommand): boolean => command.status === 'QUEUED'

const topicsOf = (moved: TransitionedCommand): string[] => [
  moved.command.deploymentId,
  ...(isBack(moved) ? [queueTopic(moved.command.deploymentId)] : []),
]

function countTransitions({ metrics }: Pick<Context, 'metrics'>, { command, events }: TransitionedCommand): void {
  for (const { data } of events) metrics.commands.inc({ type: command.type, status: String(data['status']) })
}

/** Locks a command. Undefined if there is none. */
export const lockCommand = (
  transaction: Transaction,
  { id, accountId }: Pick<CommandRow, 'id' | 'accountId'>,
): Promise<CommandRow | undefined> =>
  selectCommands(transaction).where('id', '=', id).where('accountId', '=', accountId).forUpdate().executeTakeFirst()
