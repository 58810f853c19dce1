import { refused, type Refused } from '../../kernel/denials/denial.js'
import { isStorable } from '../../kernel/database/storable-json.js'
import { isKnownCommand, isSupportedCommand } from './command-catalogue.js'
import { checkParameters } from './command-parameters.js'

/** What is asked of an agent; exactly one member, its fields in camelCase. */
export interface CommandInput {
  readonly health?: object | null
  readonly logs?: object | null
  readonly restart?: object | null
  readonly start?: object | null
  readonly stop?: object | null
  readonly other?: { readonly type: string; readonly parameters: unknown } | null
}

/** A command as the agent will read it: parameters in its own words, always an object. */
export interface CommandRequest {
  readonly type: string
  readonly appCode: string | null
  readonly parameters: Readonly<Record<string, unknown>>
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Pure: the typed input as a command with its defaults filled in, or why it is none. */
export function toCommandRequest({ other, ...typed }: CommandInput): CommandRequest | Refused {
  if (other) return namedCommand(other.type, other.parameters)
  const [type, fields] = Object.entries(typed).find(([, value]) => value != null) ?? []
  if (!type || !fields) return invalid('A command has exactly one field.', 'command')
  const parameters = Object.fromEntries(Object.entries(fields).map(([name, value]) => [snakeCase(name), value]))
  return checked(type, parameters, (name) => `command.${type}.${camelCase(name)}`)
}

/**
 * A command by its name, as REST callers and `other` give it. The agent lets an object `params` stand for all parameters, so it does
 * here as well, before anything is decided by them; which deployment they are for is never theirs to say.
 */
export function namedCommand(name: string, parameters: unknown): CommandRequest | Refused {
  const type = name
    .trim()
    .toLowerCase()
    .replace(/^stacker\./, '')
  if (!isSupportedCommand(type))
    return refused('COMMAND_NOT_SUPPORTED', `No agent of this version runs '${type}'.`, { field: 'type' })
  if (!isKnownCommand(type)) return refused('UNKNOWN_COMMAND', `There is no command '${name}'.`, { field: 'type' })
  const given = parameters ?? {}
  if (!isObject(given)) return invalid('parameters must be an object.', 'parameters')
  const { deployment_hash: _hash, type: _type, ...own } = isObject(given['params']) ? given['params'] : given
  return checked(type, own, (parameter) => `parameters.${parameter}`)
}

function checked(
  type: string,
  given: Readonly<Record<string, unknown>>,
  fieldOf: (name: string) => string,
): CommandRequest | Refused {
  if (!isStorable(given)) return invalid('The parameters hold characters that are no text.', fieldOf(''))
  const outcome = checkParameters(type, given)
  if (!outcome.ok) return invalid(`${fieldOf(outcome.name)} ${outcome.problem}.`, fieldOf(outcome.name))
  const { parameters } = outcome
  const appCode = parameters['app_code']
  return { type, appCode: typeof appCode === 'string' ? appCode : null, parameters }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (message: string, field: string): Refused =>
  refused('INVALID_PARAMETERS', message, { field: field.replace(/\.$/, '') })
