import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'
import { isObject, parameterTree, type ParameterTree } from '../model/parameter-tree.js'
import { commandSpec } from './definitions/command-registry.js'
import type { CommandRequest } from './command-request.js'

/** Mask of secrets in parameters. */
const HIDDEN = '***'

export interface StoredParameters {
  /** Parameters with masked secrets, for users, events, lists and logs. */
  readonly shown: Readonly<Record<string, unknown>>
  /** All parameters, sealed for the agent. Null if none is secret. */
  readonly sealed: string | null
}

/** The parameters of a command as they are kept: secrets only under seal, bound to the command. */
export function sealParameters(secrets: SecretBox, id: string, { type, parameters }: CommandRequest): StoredParameters {
  const shown = visibleParameters(type, parameters)
  return { shown, sealed: shown === parameters ? null : secrets.seal(JSON.stringify(parameters), purpose(id)) }
}

/** The parameters as the agent needs them. */
export function openParameters(
  secrets: SecretBox,
  { id, parameters, parametersSealed }: Pick<CommandRow, 'id' | 'parameters' | 'parametersSealed'>,
): Record<string, unknown> {
  return parametersSealed === null
    ? parameters
    : (JSON.parse(secrets.open(parametersSealed, purpose(id))) as Record<string, unknown>)
}

/** Pure: the parameters without what only the agent may read; the very same object when there is nothing to hide. */
export function visibleParameters(
  type: string,
  parameters: CommandRequest['parameters'],
): CommandRequest['parameters'] {
  const spec = commandSpec(type)
  const tree = spec && parameterTree(spec)
  // The shape of an operator's own type is unknown: everything that looks like a secret is redacted.
  return (tree ? hide(tree, parameters) : redactValue(parameters)) as CommandRequest['parameters']
}

function hide(tree: ParameterTree | undefined, value: unknown): unknown {
  if (tree?.secrecy === 'whole') return hideAll(value)
  if (tree?.secrecy === 'inside') return redactValue(value)
  if (Array.isArray(value))
    return sameUnlessChanged(
      value,
      value.map((item) => hide(tree?.items, item)),
    )
  if (!isObject(value) || !tree?.properties) return value
  const { properties } = tree
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    hide(properties[name], member),
  ])
  return members.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(members)
}

/** Keeps names, so that users see which are set, and hides values. */
function hideAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideAll)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hideAll(member)]))
  return HIDDEN
}

const sameUnlessChanged = (before: readonly unknown[], after: readonly unknown[]): readonly unknown[] =>
  after.every((item, index) => item === before[index]) ? before : after

const purpose = (id: string) => `command:${id}`
