import { label } from '../../ui/format.js'
import { StateBadge, type StateColor } from '../../ui/state-badge.js'
import { deploymentWords } from '../../words/en/deployments.js'

const PRESENCE_COLORS: Readonly<Record<string, StateColor>> = {
  ONLINE: 'green',
  BUSY: 'blue',
  DEGRADED: 'orange',
  OFFLINE: 'red',
}

const COMMAND_COLORS: Readonly<Record<string, StateColor>> = {
  QUEUED: 'gray',
  LEASED: 'blue',
  RUNNING: 'blue',
  SUCCEEDED: 'green',
  FAILED: 'red',
  LOST: 'orange',
}

const STATUS_COLORS: Readonly<Record<string, StateColor>> = { ACTIVE: 'green', PENDING: 'orange' }

const CONTAINER_COLORS: Readonly<Record<string, StateColor>> = { running: 'green', restarting: 'orange', dead: 'red' }

/** The state of a container that Docker reported. */
export const containerState = (state: string): string => deploymentWords.containerStates[state] ?? label(state)

export const ContainerState = ({ state }: { readonly state: string }) => (
  <StateBadge color={CONTAINER_COLORS[state] ?? 'gray'}>{containerState(state)}</StateBadge>
)

/** Presence of an agent as a word. Null if there is no agent. */
export const Presence = ({ presence }: { readonly presence: string | null | undefined }) => (
  <StateBadge color={PRESENCE_COLORS[presence ?? ''] ?? 'gray'}>
    {presence ? deploymentWords.presence[presence]! : deploymentWords.noAgent}
  </StateBadge>
)

export const CommandStatusBadge = ({ status }: { readonly status: string }) => (
  <StateBadge color={COMMAND_COLORS[status] ?? 'gray'}>{deploymentWords.commandStatus[status] ?? status}</StateBadge>
)

export const DeploymentStatusBadge = ({ status }: { readonly status: string }) => (
  <StateBadge color={STATUS_COLORS[status] ?? 'gray'}>{deploymentWords.statuses[status] ?? status}</StateBadge>
)
