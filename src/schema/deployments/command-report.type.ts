import type { z } from 'zod'
import { COMMANDS } from '#services/deployments/commands/definitions/command-registry.js'
import { reportMembers } from '#services/deployments/model/command-report.js'
import type { Result } from '#services/deployments/model/result-fields.js'
import { untypedResult } from '#services/deployments/model/shared-results.js'
import { interfaceType } from '../kernel/decorators.js'
import { newClass } from './command-inputs.js'
import { addMembers, objectTypeOf } from './command-results.js'

/** The interface is built from the members that each result has, so that both cannot differ. */
export const CommandReport = newClass('CommandReport')
interfaceType('Result of a command. Each type of command has a type of its own with further fields.')(CommandReport)
addMembers(CommandReport, reportMembers)

for (const { result } of COMMANDS) if (result) objectTypeOf(result, CommandReport)
objectTypeOf(untypedResult, CommandReport)

/** A result as resolvers return it. */
export type CommandReport = Result<z.ZodObject>
