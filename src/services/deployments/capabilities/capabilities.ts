import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import { composeFallbackReason, type ComposeFallbackReason } from '../compose/compose-availability.js'

/** A command as a dashboard shows it. */
export interface CapableCommand {
  readonly type: string
  readonly label: string
  readonly icon: string
  readonly scope: 'container' | 'deployment'
  /** The capability that an agent must have. */
  readonly requires: string
  /** False if the command is in the registry, but no agent of this version supports it. */
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

const REGISTRY: readonly CapableCommand[] = [
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
  /** Null if the compose agent is used. */
  readonly fallbackReason: ComposeFallbackReason | null
}

/**
 * Pure: capabilities of an agent, from its registration and the presence of a compose agent. Without an agent: offline,
 * none.
 */
export function decideCapabilities(
  agent: AgentRow | null,
  presence: AgentPresence,
  compose: ComposeAgentRow | null,
): Capabilities {
  const has = new Set(agent?.capabilities ?? [])
  const fallbackReason = composeFallbackReason(compose)
  return {
    presence,
    lastHeartbeatAt: agent?.lastHeartbeatAt ?? null,
    commands: REGISTRY.filter((entry) => has.has(entry.requires)),
    features: {
      kata_runtime: has.has('kata'),
      compose: has.has('compose'),
      backup: has.has('backup'),
      pipes: has.has('pipes'),
      proxy_credentials_vault: has.has('npm_credential_source=vault') || has.has('npm_credential_source:vault'),
    },
    composeAgent: fallbackReason === null,
    fallbackReason,
  }
}
