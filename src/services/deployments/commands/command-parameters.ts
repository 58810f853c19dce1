import type { z } from 'zod'
import { inputNameOf, parameterTree, renameMembers, type ParameterTree } from '../model/parameter-tree.js'
import type { CommandSpec } from '../model/define-command.js'

export type CheckedParameters =
  | { readonly ok: true; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: readonly [ParameterProblem, ...ParameterProblem[]] }

export interface ParameterProblem {
  /** Names of members and positions in lists, as the agent names them. */
  readonly path: readonly string[]
  readonly problem: string
}

/** Problems after which no more are described: a list can have thousands of wrong items. */
const MAX_PROBLEMS = 50

/** The agent's name of a field. An unknown field keeps its name in snake case, so that it is rejected. */
const parameterOf = (name: string, properties: Readonly<Record<string, ParameterTree>>): string =>
  Object.keys(properties).find((parameter) => inputNameOf(properties, parameter) === name) ??
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The fields of a typed input in the agent's own words, however deep; null counts as left out. */
export const toAgentParameters = (spec: CommandSpec, fields: object): Record<string, unknown> =>
  renameMembers(parameterTree(spec) ?? undefined, fields, parameterOf) as Record<string, unknown>

/**
 * Fills in defaults, checks limits and rejects parameters that the agent does not support: an unknown parameter is an
 * error, never dropped. Commands without documented parameters are unchanged. Null counts as undefined.
 */
export function checkParameters(spec: CommandSpec, given: Readonly<Record<string, unknown>>): CheckedParameters {
  if (!spec.parameters) return { ok: true, parameters: given }
  const parsed = spec.parameters.safeParse(renameMembers(parameterTree(spec) ?? undefined, given, (name) => name))
  if (parsed.success) return { ok: true, parameters: parsed.data }
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(spec, issue)).slice(0, MAX_PROBLEMS)
  return { ok: false, problems: problems as [ParameterProblem, ...ParameterProblem[]] }
}

function problemsOf(spec: CommandSpec, issue: z.core.$ZodIssue): ParameterProblem[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path, problem: sentence(issue.message) }]
  return issue.keys.map((name) => ({ path: [...path, name], problem: `is not a parameter of ${spec.type}` }))
}

/** The library's own messages begin with a capital and name types; ours read on from the name of the parameter. */
const sentence = (message: string): string =>
  /^[A-Z]/.test(message) ? `is not valid (${message[0]!.toLowerCase()}${message.slice(1)})` : message
