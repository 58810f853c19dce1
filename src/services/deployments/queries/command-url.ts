import type { Context } from '#services/kernel/context/context.js'

/** A part of a command that can be large and has a route of its own. */
export type CommandPart = 'parameters' | 'result' | 'report'

/** URL from which a part of a command can be read at any size, with the same authorization. */
export const commandUrl = (
  { config }: Pick<Context, 'config'>,
  { id, deploymentHash }: { readonly id: string; readonly deploymentHash: string },
  part: CommandPart,
): string => new URL(`api/v1/commands/${encodeURIComponent(deploymentHash)}/${id}/${part}`, config.publicUrl).href
