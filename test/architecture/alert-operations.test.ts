import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { buildSchema, isInputObjectType, isInterfaceType, isObjectType, parse, validate } from 'graphql'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const pages = globSync('docs/alerts/*.md').map((path) => ({ name: basename(path), text: readFileSync(path, 'utf8') }))

/** Names of all fields and arguments. */
const names = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) => [field.name, ...field.args.map(({ name }) => name)])
      : isInputObjectType(type)
        ? Object.keys(type.getFields())
        : [],
  ),
)

/** Members of log lines and metrics that the pages name. */
const ELSEWHERE = new Set(['agentKind', 'requestId', 'skewSeconds'])

const codesOf = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)
const isOperation = (code: string): boolean => /^(?:\{ ?\w+|(?:query|mutation|subscription)\b)/.test(code)

describe('pages of alerts', () => {
  it('contain only operations that the schema accepts', () => {
    const problems = pages.flatMap(({ name, text }) =>
      codesOf(text)
        .filter(isOperation)
        .flatMap((code) => problemsOf(code).map((problem) => `${name}: ${code}: ${problem}`)),
    )
    expect(problems).toEqual([])
  })

  it('name only fields and arguments that exist', () => {
    const unknown = pages.flatMap(({ name, text }) =>
      codesOf(text)
        .filter((code) => /^[a-z]+(?:[A-Z][a-z]+)+$/.test(code) && !names.has(code) && !ELSEWHERE.has(code))
        .map((code) => `${name}: ${code}`),
    )
    expect(unknown).toEqual([])
  })

  it('do not ask operators to read or change tables of queues', () => {
    const statements = pages.flatMap(({ name, text }) =>
      codesOf(text)
        .filter((code) => /^(?:select|update|delete|insert)\b.* (?:from|into|set) (?!pg_)/.test(code))
        .map((code) => `${name}: ${code}`),
    )
    expect(statements).toEqual([])
  })
})

function problemsOf(code: string): string[] {
  try {
    return validate(schema, parse(code)).map(({ message }) => message)
  } catch (error) {
    return [(error as Error).message]
  }
}
