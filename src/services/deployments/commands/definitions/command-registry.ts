import { allCommands } from './all-commands.js'
import type { CommandSpec } from '#services/deployments/model/define-command.js'

/** All types that current agents support, and requested ones that they do not. */
export const COMMANDS: readonly CommandSpec[] = allCommands

const byType = new Map(COMMANDS.map((spec) => [spec.type, spec]))

/** A type of the command registry. Undefined for any other. */
export const commandSpec = (type: string): CommandSpec | undefined => byType.get(type)

/** True if delivering the command again is harmless. */
export function isReadOnly(type: string, parameters: Readonly<Record<string, unknown>>): boolean {
  const spec = byType.get(type)
  return (spec?.readOnly ?? false) && !spec?.writesWith?.(parameters)
}
