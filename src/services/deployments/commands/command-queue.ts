import type { CommandRow } from '#entities/deployments/command.entity.js'
import { createBatcher } from '#services/kernel/batcher/batcher.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Timer } from '#services/kernel/time/timers.js'
import { claimCommands, type Claimant, type Claimed } from './claim-commands.js'
import { createDeploymentCache, type DeploymentCache } from './deployment-cache.js'
import { publishTransitions } from './transition-command.js'
import {
  transitionCommands,
  type TransitionRequest,
  type CommandTransition,
  type TransitionedCommand,
} from './transition-commands.js'
import { insertCommands, type CommandToInsert } from './insert-commands.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/**
 * Queue of commands: enqueue, claim and transition, batched into shared statements. Cached data is used only if the
 * statement verifies it.
 */
export interface CommandQueue {
  readonly deployments: DeploymentCache
  /** Null: the deployment is not what it was known as, or is stopped. Fails when the key is taken. */
  enqueue(command: CommandToInsert): Promise<CommandRow | null>
  claim(claimant: Claimant): Promise<Claimed>
  /** Null if another process changed the command first. */
  move(command: CommandRow, move: CommandTransition): Promise<CommandRow | null>
  /** The response was flushed. Said a moment later, unless the report has said it by then. */
  markRunning(command: CommandRow): Promise<void>
  /** Another path changes it. */
  evict(id: string): void
  /** A command that was taken here and has not been reported since, as far as is known: without its parameters. */
  inFlight(id: string): CommandRow | undefined
  /** Resolves when pending updates are written. */
  idle(): Promise<void>
}

/** Larger results are written by a separate statement, so that other commands do not wait for them. */
const MAX_SHARED_BYTES = 32 * 1024
/** Quick agents report within this time, and their report says that they ran. */
const MARK_RUNNING_DELAY_MS = 10
const MAX_TAKEN = 20_000

/** @param sql connections for statements that run thousands of times a second */
export function createCommandQueue(
  parts: Pick<Context, 'notifier' | 'metrics' | 'secrets' | 'database' | 'log' | 'timers'>,
  sql: Sql,
): CommandQueue {
  const { timers } = parts
  const inFlight = createCache<string, CommandRow>(MAX_TAKEN)
  const published = <Moved extends TransitionedCommand | null>(moved: Moved[]): Moved[] => {
    publishTransitions(
      parts,
      moved.filter((each) => each !== null),
    )
    return moved
  }
  const enqueue = createBatcher<CommandToInsert, TransitionedCommand | null>({
    timers,
    runBatch: async (requested: readonly CommandToInsert[]) =>
      published(await insertCommands(sql, parts.secrets, requested)),
  })
  const claim = createBatcher<Claimant, Claimed>({
    timers,
    runBatch: async (claims: readonly Claimant[]) => {
      const claimed = await claimCommands(sql, claims)
      published(claimed.flatMap((each) => (each.kind === 'command' ? [each.moved] : [])))
      return claimed
    },
    keyOf: ({ deploymentId }) => deploymentId,
  })
  const transitionAll = async (requested: readonly TransitionRequest[]) =>
    published(await transitionCommands(sql, requested))
  const move = createBatcher<TransitionRequest, TransitionedCommand | null>({
    timers,
    runBatch: transitionAll,
    keyOf: ({ command }) => command.id,
  })
  const notes = createDebouncedWriter(async (running) => {
    for (const moved of published(await transitionCommands(sql, running.map(asRunning), { quick: true })))
      if (moved && inFlight.has(moved.command.id)) remember(moved.command)
  }, parts)
  const remember = (command: CommandRow): void => void inFlight.set(command.id, withoutParameters(command))

  const evict = (id: string): void => {
    inFlight.delete(id)
    notes.evict(id)
  }

  return {
    deployments: createDeploymentCache(parts.database),
    enqueue: async (command) => (await enqueue.add(command))?.command ?? null,
    async claim(claimant) {
      const claimed = await claim.add(claimant)
      if (claimed.kind === 'command') remember(claimed.moved.command)
      return claimed
    },
    async move(command, requested) {
      evict(command.id)
      const item = { command, move: requested }
      const isLarge =
        (requested.report?.body.length ?? 0) > MAX_SHARED_BYTES || requested.outcome?.resultBytes !== undefined
      const moved = isLarge ? (await transitionAll([item]))[0] : await move.add(item)
      return moved?.command ?? null
    },
    markRunning: (command) => notes.add(command),
    evict,
    inFlight: (id) => inFlight.get(id),
    idle: async () => void (await Promise.all([notes.idle(), move.onIdle(), claim.onIdle(), enqueue.onIdle()])),
  }
}

const asRunning = (command: CommandRow): TransitionRequest => ({ command, move: { to: 'RUNNING' } })

/** Fields that reading a report requires. Other fields can be long and secret. */
const withoutParameters = (command: CommandRow): CommandRow => {
  const { redact, redact_output } = command.parameters
  return { ...command, parameters: { redact, redact_output }, parametersSealed: null }
}

/** Marks commands as running, many at once and after a short delay. */
function createDebouncedWriter(
  writeBatch: (commands: readonly CommandRow[]) => Promise<void>,
  { log, timers }: Pick<Context, 'log' | 'timers'>,
) {
  let waiting = new Map<string, { command: CommandRow; done: () => void }>()
  let timer: Timer | null = null
  let writing: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    const batch = [...waiting.values()]
    waiting = new Map()
    if (batch.length === 0) return
    await writeBatch(batch.map(({ command }) => command)).catch((error: unknown) =>
      log.error({ err: error, commands: batch.length }, 'marking command as running failed, lease applies'),
    )
    for (const { done } of batch) done()
  }
  const flush = (): void => {
    timers.clearTimeout(timer ?? undefined)
    timer = null
    writing = Promise.all([writing, write()]).then(() => undefined)
  }
  return {
    idle: () => {
      flush()
      return writing
    },
    add: (command: CommandRow) =>
      new Promise<void>((done) => {
        waiting.set(command.id, { command, done })
        timer ??= timers.setTimeout(flush, MARK_RUNNING_DELAY_MS)
      }),
    evict(id: string): void {
      waiting.get(id)?.done()
      waiting.delete(id)
    },
  }
}
