import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kind, parse, visit, type SelectionSetNode } from 'graphql'
import { plainName } from '#rest/openapi/json-schemas.js'
import { restDocument } from '#test/support/rest-document.js'

const DOCUMENTS = 'packages/client/documents'
/** Words that a generator for Go would use as the name of a parameter. */
const GO_KEYWORDS =
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var'.split(
    ' ',
  )
/** Names of types that generators of TypeScript, Go, Rust, Java and Python bring along. */
const BUILT_INS =
  'Any Array Boolean Client Date Dict Double File Float Integer List Map None Null Number Object Option Promise Record Set String Undefined Void'
    .split(' ')
    .map(plainName)

interface Part {
  readonly path: string
  readonly value: Readonly<Record<string, unknown>>
}

/** All objects of a document, with their paths. */
function partsOf(value: unknown, path = ''): Part[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : [{ path, value: value as Part['value'] }]
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => partsOf(inner, `${path}/${key}`))]
}

const repeated = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((one) => plainName(one) === plainName(name)) !== index)

describe('Names for generated code', () => {
  const parts = restDocument().then((document) => partsOf(document))

  it('are unique in each object and in each list of parameters of the OpenAPI document', async () => {
    const found = (await parts).flatMap(({ path, value: { properties, parameters } }) => [
      ...repeated(typeof properties === 'object' && properties ? Object.keys(properties) : []).map(
        (name) => `${path} ${name}`,
      ),
      ...repeated(Array.isArray(parameters) ? parameters.map(({ name }: { name: string }) => name) : []).map(
        (name) => `${path} ${name}`,
      ),
    ])
    expect(found).toEqual([])
  })

  it('are unique among components and operations, and none is that of a type of a language', async () => {
    const document = (await restDocument()) as unknown as { components: { schemas: object; securitySchemes: object } }
    const components = [
      ...Object.keys(document.components.schemas),
      ...Object.keys(document.components.securitySchemes),
    ]
    expect(components.length).toBeGreaterThan(200)
    expect(repeated(components)).toEqual([])
    expect(components.filter((name) => BUILT_INS.includes(plainName(name)))).toEqual([])
    const operations = (await parts).flatMap(({ value: { operationId } }) =>
      typeof operationId === 'string' ? [operationId] : [],
    )
    expect(repeated(operations)).toEqual([])
  })

  it('have values of one type besides null', async () => {
    const several = (await parts).filter(
      ({ value: { type } }) => Array.isArray(type) && type.filter((one) => one !== 'null').length > 1,
    )
    expect(several.map(({ path }) => path)).toEqual([])
  })

  it('have no choice of anything, no value that is only null, and one pattern', async () => {
    const lists = (value: unknown) => (Array.isArray(value) ? (value as object[]) : [])
    const unread = (await parts).filter(
      ({ path, value: { anyOf, allOf, type } }) =>
        lists(anyOf).some((choice) => Object.keys(choice).length === 0) ||
        (type === 'null' && !/\/anyOf\/\d+$/.test(path)) ||
        lists(allOf).filter((each) => 'pattern' in each).length > 1,
    )
    expect(unread.map(({ path }) => path)).toEqual([])
  })

  it('are no keywords as variables of documents, which select each type once', () => {
    const problems: string[] = []
    for (const file of readdirSync(DOCUMENTS)) {
      const document = parse(readFileSync(join(DOCUMENTS, file), 'utf8'))
      visit(document, {
        VariableDefinition: ({ variable: { name } }) => {
          if (GO_KEYWORDS.includes(name.value)) problems.push(`${file}: $${name.value}`)
        },
        SelectionSet: ({ selections }: SelectionSetNode) => {
          const types = selections.flatMap((node) =>
            node.kind === Kind.INLINE_FRAGMENT ? [node.typeCondition?.name.value ?? ''] : [],
          )
          problems.push(
            ...types.filter((type, index) => types.indexOf(type) !== index).map((type) => `${file}: ${type}`),
          )
        },
      })
    }
    expect(problems).toEqual([])
  })
})
