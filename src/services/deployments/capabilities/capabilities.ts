import { z } from 'zod'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import { COMMANDS } from '../commands/definitions/command-registry.js'
import type { CommandButton } from '../model/define-command.js'
import { composeFallbackReason, type ComposeFallbackReason } from '../model/compose-availability.js'

/** A command as a dashboard shows it. */
export interface CapableCommand extends CommandButton {
  readonly type: string
  /** False if the command is in the registry, but no agent of this version supports it. */
  readonly supported: boolean
}

const CAPABLE_COMMANDS: readonly CapableCommand[] = COMMANDS.flatMap(({ type, button, supported }) =>
  button ? [{ ...button, type, icon: `fas ${button.icon}`, supported }] : [],
)

/** A command of the registry, and whether it can be used. */
export interface CommandTypeView {
  readonly type: string
  readonly summary: string
  readonly readOnly: boolean
  readonly supported: boolean
  /** Null if dashboards show no button for it. */
  readonly button: CommandButton | null
  /** Capability that the agent lacks. */
  readonly missingCapability: string | null
  /** JSON Schema of the parameters. */
  readonly parametersSchema: object | null
}

export interface Capabilities {
  readonly presence: AgentPresence
  readonly lastHeartbeatAt: Date | null
  readonly commands: readonly CapableCommand[]
  /** Every command of the registry. */
  readonly catalog: readonly CommandTypeView[]
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
  now: number,
): Capabilities {
  const has = new Set(agent?.capabilities ?? [])
  const fallbackReason = composeFallbackReason(compose, now)
  return {
    presence,
    lastHeartbeatAt: agent?.lastHeartbeatAt ?? null,
    commands: CAPABLE_COMMANDS.filter((entry) => has.has(entry.requires)),
    catalog: commandTypes(agent && has),
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

/** The registry does not change while the process runs. */
const SCHEMAS = new Map(
  COMMANDS.map(({ type, parameters }) => [
    type,
    parameters && z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }),
  ]),
)

/** Every command of the registry. @param has capabilities of the agent. Null without an agent: then only the version decides */
export const commandTypes = (has: ReadonlySet<string> | null): CommandTypeView[] =>
  COMMANDS.map(({ type, summary, readOnly, supported, button }) => {
    const missingCapability = button && has && !has.has(button.requires) ? button.requires : null
    return {
      type,
      summary,
      readOnly,
      supported: supported && missingCapability === null,
      button: button && { ...button, icon: `fas ${button.icon}` },
      missingCapability,
      parametersSchema: SCHEMAS.get(type) ?? null,
    }
  })
