import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { CriticalityLevel, diff, type Change } from '@graphql-inspector/core'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

const contractFile = new URL('../contract/schema/contract.json', import.meta.url)
const releasesFile = new URL('../../docs/changelog/schema.md', import.meta.url)

/** Changes that no present client notices, unless they are breaking. */
const ADDITIONS = new Set([
  'ENUM_VALUE_ADDED',
  'FIELD_ADDED',
  'FIELD_ARGUMENT_ADDED',
  'INPUT_FIELD_ADDED',
  'OBJECT_TYPE_INTERFACE_ADDED',
  'TYPE_ADDED',
  'UNION_MEMBER_ADDED',
])
const DIRECTIVE_ADDED = /^DIRECTIVE_USAGE_\w+_ADDED$/
const DEPRECATION = /DEPRECATION|@deprecated/

/** Differences of a schema from the contract, one sentence each. */
export interface ContractDifferences {
  /** Changes that break clients. */
  readonly violations: readonly string[]
  readonly additions: readonly string[]
}

/** Hash by which git stores a printed schema. */
const hashOf = (printed: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(printed)}\0`)
    .update(printed)
    .digest('hex')

/**
 * The contract with clients: an earlier state of `src/schema/schema.graphql`, which `contract.json` names by its hash.
 * @throws Error if the schema differs, and this clone has no history in which it could be found
 */
export async function readContract(printed: string): Promise<string> {
  const { schema } = JSON.parse(await readFile(contractFile, 'utf8')) as { readonly schema: string }
  return schema === hashOf(printed) ? printed : readBlob(schema)
}

/** Reads a file of the history by its hash. */
export function readBlob(hash: string): string {
  try {
    return execFileSync('git', ['cat-file', 'blob', hash], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    throw new Error(
      `The schema of the contract with clients, ${hash}, is not in the history of this clone, so that nothing can be compared with it. ` +
        'Run `git fetch --unshallow`, or the test in a clone with the whole history.',
    )
  }
}

/** Makes a printed schema the contract. After the first release no contract that breaks clients is written. */
export async function updateContract(printed: string): Promise<void> {
  const { violations } = await compareWithContract(await readContract(printed), printed)
  const isReleased = /^## \d/m.test(await readFile(releasesFile, 'utf8'))
  if (!isReleased || violations.length === 0)
    await writeFile(contractFile, `${JSON.stringify({ schema: hashOf(printed) }, null, 2)}\n`)
}

/** The violations with the advice what to do. Empty if there are none. */
export const adviceAbout = (violations: readonly string[]): string =>
  violations.length === 0
    ? ''
    : `${violations.join('\n')}

These changes break clients. Add the new form, and deprecate the old one with its date of removal. Before the first release
of version 1 only, a change can be made part of the contract: name it in CHANGELOG.md and run
UPDATE_CONTRACT=1 npm test -- test/architecture/schema.test.ts`

/** Compares a schema with the contract. Changes of descriptions do not count. */
export async function compareWithContract(contract: string, printed: string): Promise<ContractDifferences> {
  const [promised, present] = [buildSchema(contract), buildSchema(printed)]
  const changes = (await diff(promised, present)).filter(({ type }) => !String(type).includes('DESCRIPTION'))
  const additions = changes.filter(isAddition)
  return {
    violations: [
      ...oneOfDifferences(promised, present),
      ...changes.filter((change) => !isAddition(change)).map(sentenceOf),
    ],
    additions: additions.map(sentenceOf),
  }
}

const sentenceOf = ({ path, type, message }: Change): string => `${path ?? type}: ${message}`

function isAddition({ type, path, criticality }: Change): boolean {
  if (criticality.level === CriticalityLevel.Breaking) return false
  return (
    ADDITIONS.has(String(type)) || DIRECTIVE_ADDED.test(String(type)) || DEPRECATION.test(`${String(type)} ${path}`)
  )
}

function oneOfDifferences(promised: GraphQLSchema, present: GraphQLSchema): string[] {
  const inputs = Object.values(promised.getTypeMap()).filter((type) => isInputObjectType(type))
  return inputs.flatMap((input) => {
    const own = present.getType(input.name)
    const differs = isInputObjectType(own) && own.isOneOf !== input.isOneOf
    return differs ? [`${input.name}: @oneOf should be ${String(input.isOneOf)}`] : []
  })
}

/** Throws when a type, field, argument, input field or enum value says nothing about itself; names them all. */
export function assertEverythingDescribed(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type))
  const silent = types.flatMap((type) => silentPlaces(type))
  if (silent.length > 0) throw new Error(`No description: ${silent.join(', ')}`)
}

interface Place {
  path: string
  description?: string | null
}

const builtIn = new Set(['Boolean', 'Float', 'ID', 'Int', 'String'])

function silentPlaces(type: GraphQLNamedType): string[] {
  if (builtIn.has(type.name)) return []
  return [{ path: type.name, description: type.description }, ...placesWithin(type)]
    .filter((place) => !place.description?.trim())
    .map((place) => place.path)
}

function placesWithin(type: GraphQLNamedType): Place[] {
  const at = (name: string, description: string | null | undefined): Place => ({
    path: `${type.name}.${name}`,
    description,
  })
  if (isEnumType(type)) return type.getValues().map((value) => at(value.name, value.description))
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => at(field.name, field.description))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => [
    at(field.name, field.description),
    ...field.args.map((argument) => at(`${field.name}(${argument.name})`, argument.description)),
  ])
}
