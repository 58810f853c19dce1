import { readFileSync } from 'node:fs'
import { buildSchema, Kind, OperationTypeNode, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { readPayloads } from './read-payloads.js'

/** Set to 1, test servers send every mutation with an idempotency key a second time, and compare the results. */
export const isRepeating = process.env['STACKGATE_REPEAT'] === '1'

type Results = Record<string, { readonly code?: string; readonly message?: string; readonly id?: string } | null> | null

interface Answer {
  readonly data?: unknown
  readonly errors?: unknown
}

/**
 * Sends a mutation again. Returns a sentence if the second result is another object; null if it is the same, if there was
 * nothing to repeat, or if the first one was denied.
 */
export async function repeatMutation(
  query: string,
  first: Answer,
  send: () => Promise<Answer>,
): Promise<string | null> {
  if (!/^\s*mutation\b/.test(query) || first.errors) return null
  const outcomesOf = ({ data }: Answer) => (readPayloads(query, data, false) ?? {}) as NonNullable<Results>
  const before = Object.entries(outcomesOf(first))
  if (before.some(([, result]) => !result || (result.code !== undefined && result.message !== undefined))) return null
  if (!hasKey(query)) return null
  const second = await send()
  const after = outcomesOf(second)
  for (const [name, result] of before) {
    const repeated = after[name]
    if (repeated?.code === 'SECRET_ALREADY_SHOWN') continue
    if (!repeated || second.errors || repeated.id !== result?.id)
      return `${name} repeated with its key: ${JSON.stringify(result)} then ${JSON.stringify(second)}`
  }
  return null
}

const schema = isRepeating
  ? buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true })
  : null

/** True if all mutations of a document take an idempotency key. */
function hasKey(query: string): boolean {
  const document = parse(query)
  const types = new TypeInfo(schema!)
  let isKeyed = true
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        if (types.getParentType()?.name !== 'Mutation') return
        if (!types.getFieldDef()?.args.some(({ name }) => name === 'key')) isKeyed = false
      },
    }),
  )
  return (
    isKeyed &&
    document.definitions.some(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
    )
  )
}
