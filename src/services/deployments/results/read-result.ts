import type { z } from 'zod'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { commandSpec } from '../commands/definitions/command-registry.js'
import { isObject } from '../model/parameter-tree.js'
import { readFields } from './read-fields.js'
import { execResult, untypedResult } from '../model/shared-results.js'
import type { Result } from '../model/result-fields.js'

type Json = Readonly<Record<string, unknown>>

/** The command whose result is read. It provides what the agent did not report. */
export type ReportedCommand = Pick<CommandRow, 'type' | 'status' | 'createdAt' | 'finishedAt'>

/**
 * Pure: typed view of an agent's result per command type. Missing fields are null or empty; a result that is not an
 * object has no typed view and stays raw. Never throws.
 */
export function readResult(command: ReportedCommand, result: unknown): Result<z.ZodObject> | null {
  if (!isObject(result)) return null
  const view = readMembers(command.type, result)
  return {
    ...view,
    at: view['at'] ?? command.finishedAt ?? command.createdAt,
    outcome: view['outcome'] ?? (command.status === 'FAILED' ? 'FAILED' : 'OK'),
  }
}

function readMembers(type: string, result: Json): Result<z.ZodObject> {
  const spec = commandSpec(type)
  if (!spec?.result) return readUnknown(result)
  return readFields(spec.result, spec.arrangeResult ? spec.arrangeResult(result) : result)
}

/** Result of a type that only the operator allows: the output of a command line, or the raw value. */
const readUnknown = (value: Json): Result<z.ZodObject> =>
  'exit_code' in value || 'stdout' in value
    ? readFields(execResult, value)
    : { ...readFields(untypedResult, value), value }
