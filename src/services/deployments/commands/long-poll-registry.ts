import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { repeat } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import type { AgentHeartbeats } from '../agents/agent-heartbeats.js'
import { IS_QUEUED } from '../model/select-commands.js'
import { OFFLINE_AFTER_SECONDS } from '../presence/presence.js'
import { claimCommand } from './claim-command.js'
import { endGradually } from './end-gradually.js'
import type { Claimant } from './claim-commands.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { queueTopic } from '../model/queue-topic.js'

/** Half of the silence after which an agent counts as offline: a poll that is held is no silence. */
const TOUCH_INTERVAL_MS = (OFFLINE_AFTER_SECONDS * 1000) / 2
/** Events of a deployment after which a held poll may have to end. */
const ENDS_POLLS = ['agent.token_rotated', 'agent.revoked', 'deployment.stopped']
/** Poll interval that covers lost notifications. */
const BACKSTOP_MS = 1_000

/**
 * Registry of open long polls. A waiting poll costs one listener and one timer, but no database connection or
 * statement. Enqueueing a command notifies the deployment's queue topic in all processes.
 */
export interface LongPollRegistry {
  /**
   * Registers before the queue is read, so that no command is missed in between. Other polls stay open until this one
   * waits, because it can still be rejected.
   */
  open(claimant: Claimant): LongPoll
  /** Number of deployments with an open poll. */
  size(): number
  /**
   * Ends the polls that wait now with an empty response, one after the other in the second half of this time, so that
   * the agents do not all connect to another process at the same moment. In the first half, proxies notice that the
   * process stops. A poll that arrives later waits until `close`: its agent would return here at once, again and again.
   */
  drain(milliseconds: number): Promise<void>
  /** True from the beginning of `drain` on: agents must not poll again over the same connection. */
  isDraining(): boolean
  /** Ends all polls with an empty response; leases are unchanged. */
  close(): Promise<void>
}

/** The time for which a poll is held, and the findings of its admission. */
export interface Wait {
  readonly milliseconds: number
  /** The queue was seen not to be empty. */
  readonly hasWork: boolean
  /** Milliseconds for which its replaced token is still accepted. Null for the present token. */
  readonly graceMs: number | null
}

/** The end of a poll: with a command, without one, or because its token is no longer accepted. */
export type PollEnd =
  | { readonly kind: 'command'; readonly command: CommandRow }
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused' }

const EMPTY: PollEnd = { kind: 'empty' }

/** One poll. */
export interface LongPoll {
  /** Waits as an admitted poll. Ends the earlier polls of the same instance. */
  wait(context: DeploymentsContext, wait: Wait): Promise<PollEnd>
  /** The connection closed, or the poll was rejected. */
  cancel(): void
}

export function createLongPollRegistry(
  parts: Pick<Context, 'database' | 'notifier' | 'log' | 'metrics' | 'timers'>,
  traffic: AgentHeartbeats,
): LongPollRegistry {
  // Nearly all deployments have one poll: a list takes a third of a set's memory.
  const pollsByDeployment = new Map<string, readonly Poll[]>()
  let draining = false
  let closed = false
  const removed = (poll: Poll): void => {
    const { deploymentId } = poll.claimant
    const others = (pollsByDeployment.get(deploymentId) ?? []).filter((other) => other !== poll)
    if (others.length > 0) pollsByDeployment.set(deploymentId, others)
    else pollsByDeployment.delete(deploymentId)
    parts.metrics.waitingAgents.dec()
  }
  /** An instance listens once: the connection that it left behind must not be given a command. */
  const endEarlier = (poll: Poll): void => {
    const { deploymentId, instance } = poll.claimant
    if (!instance) return
    const polls = pollsByDeployment.get(deploymentId) ?? []
    for (const earlier of polls.slice(0, Math.max(0, polls.indexOf(poll))))
      if (earlier.claimant.instance === instance) earlier.cancel()
  }
  const backstop = repeat(parts, BACKSTOP_MS, 'waiting polls', async () => {
    if (pollsByDeployment.size === 0) return
    for (const deploymentId of await recentlyChanged(parts))
      pollsByDeployment.get(deploymentId)?.forEach((poll) => poll.wake())
  })
  const pulse = repeat(parts, TOUCH_INTERVAL_MS / 3, 'long-poll keepalive', async () => {
    const due = [...pollsByDeployment.values()].flatMap((polls) =>
      polls.some((poll) => poll.isTouchDue()) ? [polls[0]!.claimant] : [],
    )
    if (due.length > 0) await traffic.touch(due)
  })
  return {
    open(claimant) {
      const poll = new Poll(parts.timers, claimant, removed, endEarlier)
      pollsByDeployment.set(claimant.deploymentId, [...(pollsByDeployment.get(claimant.deploymentId) ?? []), poll])
      parts.metrics.waitingAgents.inc()
      poll.unsubscribe = parts.notifier.subscribe(queueTopic(claimant.deploymentId), () => poll.wake())
      if (closed) poll.cancel()
      return poll
    },
    size: () => pollsByDeployment.size,
    drain(milliseconds) {
      draining = true
      if (milliseconds <= 0) return Promise.resolve()
      return endGradually(parts.timers, milliseconds, [...pollsByDeployment.values()].flat())
    },
    isDraining: () => draining,
    async close() {
      closed = true
      for (const polls of pollsByDeployment.values()) for (const poll of polls) poll.cancel()
      await Promise.all([backstop.stop(), pulse.stop()])
    },
  }
}

class Poll implements LongPoll {
  unsubscribe: () => void = () => undefined
  private lastTouchedAt: number
  private signaled = false
  private canceled = false
  private timer: Timer | null = null
  private resolveWait: (() => void) | null = null

  constructor(
    private readonly timers: Timers,
    readonly claimant: Claimant,
    private readonly removed: (poll: Poll) => void,
    private readonly endEarlier: (poll: Poll) => void,
  ) {
    this.lastTouchedAt = timers.now()
  }

  /** Once per interval is enough, however long the poll is held. */
  isTouchDue(): boolean {
    if (this.timers.now() - this.lastTouchedAt < TOUCH_INTERVAL_MS) return false
    this.lastTouchedAt = this.timers.now()
    return true
  }

  wake(): void {
    this.signaled = true
    this.resolveWait?.()
  }

  cancel(): void {
    if (this.canceled) return
    this.canceled = true
    this.unsubscribe()
    this.removed(this)
    this.resolveWait?.()
  }

  async wait(context: DeploymentsContext, { milliseconds, hasWork, graceMs }: Wait): Promise<PollEnd> {
    const deadline = this.timers.monotonic() + milliseconds
    let graceEnd = this.endOf(graceMs)
    this.signaled ||= hasWork
    this.endEarlier(this)
    try {
      for (;;) {
        if (this.canceled) return EMPTY
        if (this.signaled) {
          this.signaled = false
          const claimed = await claimCommand(context, this.claimant)
          if (claimed.kind === 'command') return { kind: 'command', command: claimed.moved.command }
          if (claimed.kind === 'refused') return claimed
          if (claimed.kind === 'stopped') return EMPTY
          graceEnd = this.endOf(claimed.graceMs)
        } else {
          const now = this.timers.monotonic()
          if (deadline <= now) return EMPTY
          if (graceEnd <= now) return { kind: 'refused' }
          await this.sleep(Math.min(deadline, graceEnd) - now)
        }
      }
    } finally {
      this.cancel()
    }
  }

  private endOf(graceMs: number | null): number {
    return graceMs === null ? Infinity : this.timers.monotonic() + graceMs
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.resolveWait = () => {
        this.timers.clearTimeout(this.timer)
        this.resolveWait = null
        resolve()
      }
      this.timer = this.timers.setTimeout(this.resolveWait, milliseconds)
    })
  }
}

/**
 * Deployments with commands that were queued in the last seconds and not fetched yet, and deployments that were stopped or whose agents' tokens
 * have changed. This query replaces lost notifications and does not depend on the number of polls. Fetched commands wake no poll.
 */
async function recentlyChanged({ database }: Pick<Context, 'database'>): Promise<string[]> {
  const since = sql<Date>`now() - interval '4 seconds'`
  const rows = await database.query
    .selectFrom('command')
    .select('deploymentId')
    .where(IS_QUEUED)
    .where('updatedAt', '>', since)
    .union((query) =>
      query
        .selectFrom('stream_event')
        .select('streamId as deploymentId')
        .where('recordedAt', '>', since)
        .where('type', 'in', ENDS_POLLS),
    )
    .execute()
  return rows.map(({ deploymentId }) => deploymentId)
}
