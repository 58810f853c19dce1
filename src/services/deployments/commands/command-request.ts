import { refused, refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { toFieldPath } from '#services/kernel/validation/validation-issue.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { inputNameOf, isObject, parameterTree, type ParameterTree } from '../model/parameter-tree.js'
import { checkParameters, toAgentParameters } from './command-parameters.js'
import { commandSpec } from './definitions/command-registry.js'
import { defineCommand, type CommandSpec } from '../model/define-command.js'

/** Command input: exactly one field, named by the command type, with its fields in camelCase; or `other`. */
export interface CommandInput {
  readonly other?: { readonly type: string; readonly parameters: unknown } | null
  readonly [type: string]: object | null | undefined
}

/** A command as the agent receives it: parameters under the agent's names, always an object. */
export interface CommandRequest {
  readonly type: string
  readonly appCode: string | null
  readonly parameters: Readonly<Record<string, unknown>>
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Pure: converts typed input to a command with defaults, or returns a denial. @param allowed types that the operator
 * allows in addition to the registry, see `namedCommand`
 */
export function toCommandRequest(
  input: CommandInput | object,
  allowed: readonly string[] = [],
): CommandRequest | Refused {
  const { other, ...typed } = input as CommandInput
  if (other) return namedCommand(other.type, other.parameters, allowed)
  const [member, fields] = Object.entries(typed).find(([, value]) => value != null) ?? []
  const spec = member && commandSpec(snakeCase(member))
  if (!spec || !fields) return invalid('command must have exactly one field.', 'command')
  return checked(spec, toAgentParameters(spec, fields), (path) =>
    ['command', member, ...inputPath(parameterTree(spec), path)].join('.'),
  )
}

/** The path of a parameter, with the names of GraphQL. */
const inputPath = (tree: ParameterTree | null | undefined, [name, ...rest]: readonly string[]): string[] =>
  name === undefined
    ? []
    : [inputNameOf(tree?.properties, name), ...inputPath(tree?.properties?.[name] ?? tree?.items, rest)]

/**
 * A command by its name, as REST callers and `other` pass it. An object `params` replaces all parameters, as in the
 * agent, before any decision depends on them; parameters never decide the deployment. @param allowed types that the
 * operator allows although the registry does not have them or no agent of this version supports them; of a command line
 * (`uname -sr`) its program is compared
 */
export function namedCommand(
  name: string,
  parameters: unknown,
  allowed: readonly string[] = [],
): CommandRequest | Refused {
  const type = name
    .trim()
    .toLowerCase()
    .replace(/^stacker\./, '')
  const spec = commandSpec(type)
  if (!spec?.supported && !isAllowed(type, allowed)) {
    return spec
      ? refused('COMMAND_NOT_SUPPORTED', `Agents of this version do not support '${type}'.`, { field: 'type' })
      : refused('UNKNOWN_COMMAND', `Unknown command '${name}'. An operator can allow it with ALLOWED_COMMANDS.`, {
          field: 'type',
        })
  }
  const given = parameters ?? {}
  if (!isObject(given)) return invalid('parameters must be an object.', 'parameters')
  const { deployment_hash: _hash, type: _type, ...own } = isObject(given['params']) ? given['params'] : given
  return checked(spec ?? unknownSpec(type), own, (path) => `parameters.${path.join('.')}`)
}

const isAllowed = (type: string, allowed: readonly string[]): boolean =>
  type.length <= 200 && (allowed.includes(type) || allowed.includes(type.split(/\s/)[0]!))

/** A type that only the operator vouches for: it acts, for all that is known. */
const unknownSpec = (type: string): CommandSpec =>
  defineCommand({ type, summary: '', parameters: null, result: null, namesNewApp: true })

function checked(
  spec: CommandSpec,
  given: Readonly<Record<string, unknown>>,
  fieldOf: (path: readonly string[]) => string,
): CommandRequest | Refused {
  if (isDeeperThan(given, MAX_LEVELS))
    return invalid(`parameters are nested deeper than ${MAX_LEVELS} levels.`, fieldOf([]))
  if (!isPostgresSafe(given)) return invalid('parameters contain invalid characters.', fieldOf([]))
  const outcome = checkParameters(spec, given)
  if (!outcome.ok) {
    const [first, ...more] = outcome.problems.map(({ path, problem }) =>
      invalidField(`${fieldOf(path)} ${problem}.`, fieldOf(path)),
    )
    return refusedInput([first!, ...more])
  }
  const { parameters } = outcome
  const appCode = parameters['app_code']
  return { type: spec.type, appCode: typeof appCode === 'string' ? appCode.slice(0, 100) : null, parameters }
}

/** Maximum nesting: no real configuration is deeper, and later code can rely on it. */
const MAX_LEVELS = 100

/** Without recursion: untrusted input can have thousands of levels. */
function isDeeperThan(value: unknown, maximum: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maximum) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}

const invalid = (message: string, field: string): Refused => refusedInput([invalidField(message, field)])

const invalidField = (message: string, field: string): InputIssue => ({
  path: toFieldPath(field.replace(/\.$/, '')),
  code: 'INVALID_PARAMETERS',
  message,
})
