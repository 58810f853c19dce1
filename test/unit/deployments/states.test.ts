import { canTransitionCommand, type CommandStatus } from '#entities/deployments/command-state.js'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import { decideCapabilities } from '#services/deployments/capabilities/capabilities.js'
import { presenceAfter, presenceOf, presenceToPublish } from '#services/deployments/presence/presence.js'

const STATUSES: CommandStatus[] = ['QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST']

describe('command states', () => {
  const allowed: Record<CommandStatus, CommandStatus[]> = {
    // A report may come for a command that was put back in the queue.
    QUEUED: ['LEASED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'],
    LEASED: ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST'],
    RUNNING: ['QUEUED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST'],
    SUCCEEDED: [],
    FAILED: [],
    CANCELLED: [],
    EXPIRED: [],
    LOST: ['SUCCEEDED', 'FAILED'],
  }

  it.each(STATUSES)('from %s', (from) => {
    expect(STATUSES.filter((to) => canTransitionCommand(from, to))).toEqual(allowed[from])
  })
})

describe('agent presence', () => {
  const now = Date.parse('2026-01-15T10:00:00Z')
  const silent = (seconds: number | null, presence: AgentRow['presence'] = 'ONLINE') => ({
    presence,
    lastHeartbeatAt: seconds === null ? null : new Date(now - seconds * 1000),
  })

  it.each([
    [0, 'ONLINE', false, 'ONLINE'],
    [90, 'ONLINE', false, 'ONLINE'],
    [91, 'ONLINE', false, 'OFFLINE'],
    [null, 'OFFLINE', false, 'OFFLINE'],
    [5, 'DEGRADED', false, 'DEGRADED'],
    [0, 'ONLINE', true, 'BUSY'],
    [100_000, 'ONLINE', true, 'BUSY'],
  ] as const)('%s seconds silent, %s, with a command %s → %s', (seconds, presence, busy, expected) => {
    expect(presenceOf(silent(seconds, presence), busy, now)).toBe(expected)
  })

  it.each([
    ['agent.online', null, 'ONLINE'],
    ['agent.offline', null, 'OFFLINE'],
    ['command.leased', 'QUEUED', 'BUSY'],
    ['command.succeeded', 'RUNNING', 'RELEASED'],
    ['command.failed', 'RUNNING', 'RELEASED'],
    ['command.lost', 'RUNNING', 'RELEASED'],
    ['command.lost', 'LEASED', 'RELEASED'],
    ['command.cancelled', 'LEASED', 'RELEASED'],
    ['command.cancelled', 'RUNNING', 'RELEASED'],
    ['command.queued', 'LEASED', 'RELEASED'],
    ['command.queued', null, null],
    // No agent held it any more, which was published when the agent disconnected.
    ['command.succeeded', 'LOST', null],
    ['command.failed', 'QUEUED', null],
    ['command.running', 'LEASED', null],
    ['command.cancelled', 'QUEUED', null],
    ['command.cancel_requested', 'RUNNING', null],
    ['agent.degraded', null, 'DEGRADED'],
    ['agent.token_rotated', null, null],
    ['agent.revoked', null, null],
  ])('%s (from %s) publishes %s', (type, previousStatus, expected) => {
    expect(presenceAfter({ type, data: { previousStatus } })).toBe(expected)
  })

  it.each([
    // After a command: whatever the agent is now.
    ['RELEASED', 0, 'ONLINE', false, 'ONLINE'],
    ['RELEASED', 0, 'DEGRADED', false, 'DEGRADED'],
    ['RELEASED', 0, 'ONLINE', true, 'BUSY'],
    ['RELEASED', 101, 'ONLINE', true, 'BUSY'],
    ['RELEASED', 101, 'ONLINE', false, 'OFFLINE'],
    ['RELEASED', 101, 'DEGRADED', false, 'OFFLINE'],
    // The agent has just reconnected, which is published next, or was never seen.
    ['RELEASED', 0, 'OFFLINE', false, 'OFFLINE'],
    ['RELEASED', null, 'OFFLINE', false, 'OFFLINE'],
    // Coming and going as it happened, whatever the agent is now, unless it is at work.
    ['ONLINE', 0, 'ONLINE', false, 'ONLINE'],
    ['ONLINE', 500, 'OFFLINE', false, 'ONLINE'],
    ['ONLINE', 0, 'ONLINE', true, 'BUSY'],
    ['DEGRADED', 0, 'ONLINE', false, 'DEGRADED'],
    ['DEGRADED', 0, 'DEGRADED', true, 'BUSY'],
    ['OFFLINE', 0, 'ONLINE', false, 'OFFLINE'],
    ['OFFLINE', 0, 'ONLINE', true, 'OFFLINE'],
    ['BUSY', 0, 'ONLINE', false, 'BUSY'],
  ] as const)(
    '%s, %s seconds silent, %s, with a command %s: %s is published',
    (hint, seconds, presence, isBusy, expected) => {
      const agent = { ...silent(seconds, presence), accountId: 'a', deploymentId: 'd', isBusy }
      expect(presenceToPublish(hint, agent, now)).toBe(expected)
    },
  )

  it('publishes at most offline for an agent that no longer exists', () => {
    expect(presenceToPublish('RELEASED', undefined, now)).toBe('OFFLINE')
    expect(presenceToPublish('ONLINE', undefined, now)).toBe('OFFLINE')
  })
})

describe('agent capabilities', () => {
  const agent = (capabilities: string[]) => ({ capabilities, lastHeartbeatAt: null }) as unknown as AgentRow
  const types = (capabilities: string[]) =>
    decideCapabilities(agent(capabilities), 'ONLINE', null, Date.now()).commands.map(({ type }) => type)

  it('are filtered by the requirements of each command', () => {
    expect(types([])).toEqual([])
    expect(types(['docker'])).toEqual(['restart', 'start', 'stop', 'pause'])
    expect(types(['logs'])).toEqual(['logs'])
    expect(types(['compose'])).toEqual(['rebuild'])
    expect(types(['backup'])).toEqual(['backup'])
    expect(types(['pipes'])).toEqual(['activate_pipe', 'deactivate_pipe', 'trigger_pipe'])
    expect(types(['docker', 'logs', 'compose', 'backup'])).toHaveLength(7)
    expect(types(['Docker', 'dockers'])).toEqual([])
  })

  it('mark three that no agent supports', () => {
    const all = decideCapabilities(agent(['docker', 'logs', 'compose', 'backup', 'pipes']), 'ONLINE', null, Date.now())
    expect(all.commands.filter(({ supported }) => !supported).map(({ type }) => type)).toEqual([
      'pause',
      'rebuild',
      'backup',
    ])
  })

  it('accept both spellings of the switches', () => {
    expect(
      decideCapabilities(agent(['kata', 'npm_credential_source=vault']), 'ONLINE', null, Date.now()).features,
    ).toEqual({
      kata_runtime: true,
      compose: false,
      backup: false,
      pipes: false,
      proxy_credentials_vault: true,
    })
    expect(
      decideCapabilities(agent(['npm_credential_source:vault']), 'ONLINE', null, Date.now()).features[
        'proxy_credentials_vault'
      ],
    ).toBe(true)
  })

  it('state whether a compose agent is used, and if not, the reason', () => {
    const compose = { healthy: true, tokenFailedAt: null, lastHeartbeatAt: new Date() } as ComposeAgentRow
    const of = (row: ComposeAgentRow | null) => {
      // The report of the pulling agent about a compose agent is not sufficient to call one.
      const { composeAgent, fallbackReason } = decideCapabilities(agent(['compose_agent']), 'ONLINE', row, Date.now())
      return [composeAgent, fallbackReason]
    }
    expect(of(null)).toEqual([false, 'MISSING_REGISTRATION'])
    expect(of(compose)).toEqual([true, null])
    expect(of({ ...compose, healthy: false })).toEqual([false, 'UNHEALTHY_HEARTBEAT'])
    expect(of({ ...compose, tokenFailedAt: new Date() })).toEqual([false, 'TOKEN_FETCH_FAILURE'])
  })
})
