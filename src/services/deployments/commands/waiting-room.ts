import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { repeat } from '../../kernel/periodic-jobs/run-periodically.js'
import type { AgentTraffic } from '../agents/agent-traffic.js'
import { OFFLINE_AFTER_SECONDS } from '../presence/presence.js'
import { claimCommand } from './claim-command.js'
import type { Claimant } from './claim-commands.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { queueTopic } from './queue-topic.js'

/** Half of the silence after which an agent counts as offline: a poll that is held is no silence. */
const BEAT_MS = (OFFLINE_AFTER_SECONDS * 1000) / 2
/** Events of a deployment after which a held poll may have to end. */
const ENDS_POLLS = ['agent.token_rotated', 'agent.revoked', 'deployment.stopped']
/** How often news that was lost on its way is looked for. */
const BACKSTOP_MS = 1_000

/**
 * Where polls wait for commands. One that waits costs a listener and a timer here, and neither a connection to the database nor a
 * statement: whoever queues a command announces it on the deployment's queue topic, in this process or any other.
 */
export interface WaitingRoom {
  /**
   * Enters before the queue is looked at, so that nothing falls between the look and the wait. Other polls stay held until this one waits,
   * because it may still be refused.
   */
  enter(claimant: Claimant): HeldPoll
  /** How many deployments' polls are held. */
  size(): number
  /** No poll is held any longer, those under way are answered empty; leases stay as they are. */
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
export interface HeldPoll {
  /** Waits as an admitted poll. Ends the earlier polls of the same instance. */
  wait(context: DeploymentsContext, wait: Wait): Promise<PollEnd>
  /** The connection is gone, or the poll was refused after all. */
  leave(): void
}

export function createWaitingRoom(
  parts: Pick<Context, 'database' | 'news' | 'log' | 'metrics'>,
  traffic: AgentTraffic,
): WaitingRoom {
  // Nearly all deployments have one poll: a list takes a third of a set's memory.
  const inside = new Map<string, readonly Poll[]>()
  let closed = false
  const removed = (poll: Poll): void => {
    const { deploymentId } = poll.claimant
    const others = (inside.get(deploymentId) ?? []).filter((other) => other !== poll)
    if (others.length > 0) inside.set(deploymentId, others)
    else inside.delete(deploymentId)
    parts.metrics.waitingAgents.dec()
  }
  /** An instance listens once: the connection that it left behind must not be given a command. */
  const endEarlier = (poll: Poll): void => {
    const { deploymentId, instance } = poll.claimant
    if (!instance) return
    const polls = inside.get(deploymentId) ?? []
    for (const earlier of polls.slice(0, Math.max(0, polls.indexOf(poll))))
      if (earlier.claimant.instance === instance) earlier.leave()
  }
  const backstop = repeat(parts, BACKSTOP_MS, 'waiting polls', async () => {
    if (inside.size === 0) return
    for (const deploymentId of await changedLately(parts)) inside.get(deploymentId)?.forEach((poll) => poll.ring())
  })
  const pulse = repeat(parts, BEAT_MS / 3, 'long-poll keepalive', async () => {
    const due = [...inside].flatMap(([deploymentId, polls]) => (polls.some(isDue) ? [deploymentId] : []))
    if (due.length > 0) await traffic.beat(due)
  })
  return {
    enter(claimant) {
      const poll = new Poll(claimant, removed, endEarlier)
      inside.set(claimant.deploymentId, [...(inside.get(claimant.deploymentId) ?? []), poll])
      parts.metrics.waitingAgents.inc()
      poll.forget = parts.news.subscribe(queueTopic(claimant.deploymentId), () => poll.ring())
      if (closed) poll.leave()
      return poll
    },
    size: () => inside.size,
    async close() {
      closed = true
      for (const polls of inside.values()) for (const poll of polls) poll.leave()
      await Promise.all([backstop.stop(), pulse.stop()])
    },
  }
}

class Poll implements HeldPoll {
  forget: () => void = () => undefined
  heardAt = Date.now()
  private rang = false
  private left = false
  private timer: NodeJS.Timeout | null = null
  private wake: (() => void) | null = null

  constructor(
    readonly claimant: Claimant,
    private readonly removed: (poll: Poll) => void,
    private readonly endEarlier: (poll: Poll) => void,
  ) {}

  ring(): void {
    this.rang = true
    this.wake?.()
  }

  leave(): void {
    if (this.left) return
    this.left = true
    this.forget()
    this.removed(this)
    this.wake?.()
  }

  async wait(context: DeploymentsContext, { milliseconds, hasWork, graceMs }: Wait): Promise<PollEnd> {
    const deadline = performance.now() + milliseconds
    let graceEnd = endOf(graceMs)
    this.rang ||= hasWork
    this.endEarlier(this)
    try {
      for (;;) {
        if (this.left) return EMPTY
        if (this.rang) {
          this.rang = false
          const claimed = await claimCommand(context, this.claimant)
          if (claimed.kind === 'command') return { kind: 'command', command: claimed.moved.command }
          if (claimed.kind === 'refused') return claimed
          if (claimed.kind === 'stopped') return EMPTY
          graceEnd = endOf(claimed.graceMs)
        } else {
          const now = performance.now()
          if (deadline <= now) return EMPTY
          if (graceEnd <= now) return { kind: 'refused' }
          await this.sleep(Math.min(deadline, graceEnd) - now)
        }
      }
    } finally {
      this.leave()
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(this.timer!)
        this.wake = null
        resolve()
      }
      this.timer = setTimeout(this.wake, milliseconds)
    })
  }
}

const endOf = (graceMs: number | null): number => (graceMs === null ? Infinity : performance.now() + graceMs)

/** Once per interval is enough, however long the poll is held. */
function isDue(poll: Poll): boolean {
  if (Date.now() - poll.heardAt < BEAT_MS) return false
  poll.heardAt = Date.now()
  return true
}

/**
 * Deployments with commands that were queued in the last seconds and not fetched yet, and deployments that were stopped or whose agents' tokens
 * have changed. This query replaces lost notifications and does not depend on the number of polls. Fetched commands wake no poll.
 */
async function changedLately({ database }: Pick<Context, 'database'>): Promise<string[]> {
  const rows = await database.rows<{ deploymentId: string }>(
    `select deployment_id from command where status = 'QUEUED' and updated_at > now() - interval '4 seconds'
     union
     select stream_id from stream_event where recorded_at > now() - interval '4 seconds' and type = any($1)`,
    [ENDS_POLLS],
  )
  return rows.map(({ deploymentId }) => deploymentId)
}
