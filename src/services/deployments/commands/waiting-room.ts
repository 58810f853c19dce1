import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { repeat } from '../../kernel/housekeeping/every.js'
import type { AgentTraffic } from '../agents/agent-traffic.js'
import { OFFLINE_AFTER_SECONDS } from '../presence/presence.js'
import { claimCommand } from './claim-command.js'
import type { Claimant } from './claim-commands.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { queueTopic } from './queue-topic.js'

/** Half of the silence after which an agent counts as offline: a poll that is held is no silence. */
const BEAT_MS = (OFFLINE_AFTER_SECONDS * 1000) / 2
/** How often news that was lost on its way is looked for. */
const BACKSTOP_MS = 1_000

/**
 * Where polls wait for commands. One that waits costs a listener and a timer here, and neither a connection to the database nor a
 * statement: whoever queues a command announces it on the deployment's queue topic, in this process or any other.
 */
export interface WaitingRoom {
  /** Enters before the queue is looked at, so that nothing falls between the look and the wait. */
  enter(claimant: Claimant): HeldPoll
  /** How many deployments' polls are held. */
  size(): number
  /** No poll is held any longer, those under way are answered empty; leases stay as they are. */
  close(): Promise<void>
}

/** One poll. */
export interface HeldPoll {
  /** The next command, or null when the time is over or the poll has ended. `hasWork`: the queue was seen not to be empty. */
  wait(context: DeploymentsContext, milliseconds: number, hasWork: boolean): Promise<CommandRow | null>
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
  const backstop = repeat(parts, BACKSTOP_MS, 'waiting polls', async () => {
    if (inside.size === 0) return
    for (const deploymentId of await queuedLately(parts)) inside.get(deploymentId)?.forEach((poll) => poll.ring())
  })
  const pulse = repeat(parts, BEAT_MS / 3, 'pulse of held polls', async () => {
    const due = [...inside].flatMap(([deploymentId, polls]) => (polls.some(isDue) ? [deploymentId] : []))
    if (due.length > 0) await traffic.beat(due)
  })
  return {
    enter(claimant) {
      const poll = new Poll(claimant, removed)
      // An instance listens once: the connection that it left behind must not be given a command.
      if (claimant.instance)
        for (const other of inside.get(claimant.deploymentId) ?? [])
          if (other.claimant.instance === claimant.instance) other.leave()
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

  async wait(context: DeploymentsContext, milliseconds: number, hasWork: boolean): Promise<CommandRow | null> {
    const deadline = performance.now() + milliseconds
    this.rang ||= hasWork
    try {
      for (;;) {
        if (this.left) return null
        if (this.rang) {
          this.rang = false
          const command = await claimCommand(context, this.claimant)
          if (command) return command
        } else {
          const left = deadline - performance.now()
          if (left <= 0) return null
          await this.sleep(left)
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

/** Once per interval is enough, however long the poll is held. */
function isDue(poll: Poll): boolean {
  if (Date.now() - poll.heardAt < BEAT_MS) return false
  poll.heardAt = Date.now()
  return true
}

/**
 * Deployments in whose queue something was put in the last seconds and still is: what stands behind NOTIFY, independent of how many wait.
 * What was fetched meanwhile must wake nobody: an agent that has just reported waits again.
 */
async function queuedLately({ database }: Pick<Context, 'database'>): Promise<string[]> {
  const rows = await database.rows<{ deploymentId: string }>(
    `select distinct deployment_id from command where status = 'QUEUED' and updated_at > now() - interval '4 seconds'`,
  )
  return rows.map(({ deploymentId }) => deploymentId)
}
