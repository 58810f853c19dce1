import { Badge } from '@mantine/core'
import { deploymentWords } from '../../words/en/deployments.js'

const PRESENCE_COLORS: Readonly<Record<string, string>> = {
  ONLINE: 'green',
  BUSY: 'blue',
  DEGRADED: 'orange',
  OFFLINE: 'red',
}

const COMMAND_COLORS: Readonly<Record<string, string>> = {
  QUEUED: 'gray',
  LEASED: 'blue',
  RUNNING: 'blue',
  SUCCEEDED: 'green',
  FAILED: 'red',
  LOST: 'orange',
}

const STATUS_COLORS: Readonly<Record<string, string>> = { ACTIVE: 'green', PENDING: 'orange' }

const uncut = { label: { overflow: 'visible' } } as const

/** Presence of an agent as a word. Null if there is no agent. */
export const Presence = ({ presence }: { readonly presence: string | null | undefined }) => (
  <Badge variant="light" color={PRESENCE_COLORS[presence ?? ''] ?? 'gray'} styles={uncut}>
    {presence ? deploymentWords.presence[presence] : deploymentWords.noAgent}
  </Badge>
)

/** Status of a command. A lost one has a dashed outline: its outcome is unknown. */
export const CommandStatusBadge = ({ status }: { readonly status: string }) => (
  <Badge
    variant={status === 'LOST' ? 'outline' : 'light'}
    color={COMMAND_COLORS[status] ?? 'gray'}
    styles={status === 'LOST' ? { ...uncut, root: { borderStyle: 'dashed' } } : uncut}
  >
    {deploymentWords.commandStatus[status] ?? status}
  </Badge>
)

export const DeploymentStatusBadge = ({ status }: { readonly status: string }) => (
  <Badge variant="light" color={STATUS_COLORS[status] ?? 'gray'} styles={uncut}>
    {deploymentWords.statuses[status] ?? status}
  </Badge>
)
