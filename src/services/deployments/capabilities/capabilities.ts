import type { AgentPresence, AgentRow } from '../../../entities/deployments/agent.entity.js'

/** A command as a dashboard shows it. */
export interface CapableCommand {
  readonly type: string
  readonly label: string
  readonly icon: string
  readonly scope: 'container' | 'deployment'
  /** The capability that an agent must have. */
  readonly requires: string
  /** False: in the catalogue, but no agent of this version runs it. */
  readonly supported: boolean
}

const command = (
  type: string,
  label: string,
  icon: string,
  scope: CapableCommand['scope'],
  requires: string,
  supported = true,
): CapableCommand => ({
  type,
  label,
  icon: `fas ${icon}`,
  scope,
  requires,
  supported,
})

const CATALOGUE: readonly CapableCommand[] = [
  command('restart', 'Restart', 'fa-redo', 'container', 'docker'),
  command('start', 'Start', 'fa-play', 'container', 'docker'),
  command('stop', 'Stop', 'fa-stop', 'container', 'docker'),
  command('pause', 'Pause', 'fa-pause', 'container', 'docker', false),
  command('logs', 'Logs', 'fa-file-alt', 'container', 'logs'),
  command('rebuild', 'Rebuild Stack', 'fa-sync', 'deployment', 'compose', false),
  command('backup', 'Backup', 'fa-download', 'deployment', 'backup', false),
  command('activate_pipe', 'Activate Pipe', 'fa-play-circle', 'deployment', 'pipes'),
  command('deactivate_pipe', 'Deactivate Pipe', 'fa-stop-circle', 'deployment', 'pipes'),
  command('trigger_pipe', 'Trigger Pipe', 'fa-bolt', 'deployment', 'pipes'),
]

export interface Capabilities {
  readonly presence: AgentPresence
  readonly lastHeartbeatAt: Date | null
  readonly commands: readonly CapableCommand[]
  readonly features: Readonly<Record<string, boolean>>
  readonly composeAgent: boolean
  readonly fallbackReason: 'MISSING_REGISTRATION' | 'UNHEALTHY_HEARTBEAT' | 'TOKEN_FETCH_FAILURE' | null
}

/** Pure: what an agent can do, from what it said of itself. Without an agent: offline, nothing. */
export function decideCapabilities(agent: AgentRow | null, presence: AgentPresence): Capabilities {
  const has = new Set(agent?.capabilities ?? [])
  const composeAgent = has.has('compose_agent') && presence !== 'OFFLINE'
  return {
    presence,
    lastHeartbeatAt: agent?.lastHeartbeatAt ?? null,
    commands: CATALOGUE.filter((entry) => has.has(entry.requires)),
    features: {
      kata_runtime: has.has('kata'),
      compose: has.has('compose'),
      backup: has.has('backup'),
      pipes: has.has('pipes'),
      proxy_credentials_vault: has.has('npm_credential_source=vault') || has.has('npm_credential_source:vault'),
    },
    composeAgent,
    fallbackReason: composeAgent ? null : has.has('compose_agent') ? 'UNHEALTHY_HEARTBEAT' : 'MISSING_REGISTRATION',
  }
}
