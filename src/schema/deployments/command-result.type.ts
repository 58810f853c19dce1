import type { z } from 'zod'
import { COMMANDS } from '#services/deployments/commands/command-registry.js'
import type { Result } from '#services/deployments/results/result-fields.js'
import { shellResult, untypedResult } from '#services/deployments/results/shared-results.js'
import { unionType } from '../kernel/decorators.js'
import { objectTypeOf } from './command-results.js'

const results = new Set(
  [...COMMANDS.flatMap(({ result }) => result ?? []), shellResult, untypedResult].map((result) => objectTypeOf(result)),
)

export const CommandResult = unionType('CommandResult', 'Result of a command, one type per command type.', () => [
  ...results,
])
export type CommandResult = Result<z.ZodObject>
