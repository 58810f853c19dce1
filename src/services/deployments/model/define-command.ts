import type { z } from 'zod'

/** Rate of the plan that a command counts against. */
export type CommandRate = 'deploy_rate' | 'restart_rate' | 'logs_rate'

type Json = Readonly<Record<string, unknown>>

/** A command as a dashboard shows it. */
export interface CommandButton {
  readonly label: string
  /** Name of the icon, without its family. */
  readonly icon: string
  readonly scope: 'container' | 'deployment'
  /** The capability that an agent must have. */
  readonly requires: string
}

/**
 * The only definition of a type of command. The input and the result in GraphQL, the checks of REST, the capabilities of
 * a deployment and the reference in `docs/agents.md` are derived from it.
 */
export interface CommandSpec {
  /** Type as agents know it, in snake case. */
  readonly type: string
  /** One-line description. */
  readonly summary: string
  /** Parameters as the agent reads them, with defaults and limits. Null if no agent documents them. */
  readonly parameters: z.ZodType<Record<string, unknown>> | null
  /** Typed result. Null if no agent documents it. */
  readonly result: z.ZodObject | null
  /** Pure: brings the members of a report to the level and the names that `result` expects. Default: no change. */
  readonly arrangeResult: ((result: Json) => Json) | null
  /** Pure: the result with stable names and values for storage. Default: no change. */
  readonly normalizeResult: ((result: Json) => Json) | null
  /** True if a second delivery is harmless. */
  readonly readOnly: boolean
  /** Pure: true if these parameters make a read-only command write. */
  readonly writesWith: ((parameters: Json) => boolean) | null
  /** False if dashboards know the command, but no agent of this version runs it. */
  readonly supported: boolean
  readonly rate: CommandRate | null
  /** True if it can name an application that the deployment does not have yet. */
  readonly namesNewApp: boolean
  /** Reserved app codes that it accepts instead of an application. */
  readonly reservedAppCodes: readonly string[]
  /** Null if dashboards show no button for it. */
  readonly button: CommandButton | null
}

/** A definition without its defaults. */
export type CommandDefinition = Pick<CommandSpec, 'type' | 'summary' | 'parameters' | 'result'> & Partial<CommandSpec>

export const defineCommand = (definition: CommandDefinition): CommandSpec => ({
  arrangeResult: null,
  normalizeResult: null,
  readOnly: false,
  writesWith: null,
  supported: true,
  rate: null,
  namesNewApp: false,
  reservedAppCodes: [],
  button: null,
  ...definition,
})
