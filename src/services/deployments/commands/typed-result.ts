import { commandSpec } from './definitions/command-registry.js'
import { isObject } from '../model/parameter-tree.js'

/**
 * Pure: an agent's result with stable names, for storage. Known members have one name and one set of values; others
 * are unchanged, as is a value that is not an object. Never throws.
 */
export function typedResult(commandType: string, result: unknown): unknown {
  if (!isObject(result)) return result ?? null
  const normalize = commandSpec(commandType)?.normalizeResult
  return normalize ? normalize(result) : result
}
