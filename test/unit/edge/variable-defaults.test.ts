import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { compileVariableDefaults } from '#edge/graphql/variable-defaults.js'

const schema = buildSchema(`
  enum Period { DAY MONTH }
  input Part { name: String!, weight: Int! = 2, note: String = "none" }
  input Work { parts: [Part!]! = [{ name: "all" }], period: Period! = MONTH }
  type Query { price(work: Work, amount: Int): Int }
`)

/** The function for an operation, and whether the compiled operation accepts its result. */
function compile(text: string) {
  const document = parse(text)
  const { variableDefinitions } = document.definitions[0] as OperationDefinitionNode
  const compiled = compileQuery(schema, document)
  if (!isCompiledQuery(compiled)) throw new Error('not compiled')
  return {
    fill: compileVariableDefaults(schema, variableDefinitions ?? []),
    accepts: async (variables: object) => 'data' in (await compiled.query({}, {}, variables)),
  }
}

describe('Defaults of variables', () => {
  const { fill, accepts } = compile('query ($work: Work!, $amount: Int! = 3) { price(work: $work, amount: $amount) }')

  it('fills in what is missing at any depth, so that the compiled operation accepts the variables', async () => {
    const given = { work: { parts: [{ name: 'a' }, { name: 'b', weight: 5 }] } }
    expect(await accepts(given)).toBe(false)
    const filled = fill(given)
    expect(filled).toEqual({
      amount: 3,
      work: {
        period: 'MONTH',
        parts: [
          { name: 'a', weight: 2 },
          { name: 'b', weight: 5 },
        ],
      },
    })
    expect(await accepts(filled)).toBe(true)
    expect(given).toEqual({ work: { parts: [{ name: 'a' }, { name: 'b', weight: 5 }] } })
    expect(await accepts(fill({ work: {} }))).toBe(true)
  })

  it('leaves complete and wrong variables as they are', async () => {
    const complete = { amount: 1, work: { period: 'DAY', parts: [{ name: 'a', weight: 1 }] } }
    expect(fill(complete)).toBe(complete)
    for (const work of [null, 5, 'text', [], { parts: null, period: 'DAY' }]) {
      const wrong = { amount: null, work }
      expect(fill(wrong)).toBe(wrong)
      expect(await accepts(wrong)).toBe(false)
    }
    // A single value is a list of one.
    expect(fill({ amount: 1, work: { period: 'DAY', parts: { name: 'a' } } })).toEqual({
      amount: 1,
      work: { period: 'DAY', parts: { name: 'a', weight: 2 } },
    })
  })

  it('refuses an input type that holds itself, which is not compiled', () => {
    const nested = buildSchema(`input Node { child: Node } type Query { node(input: Node): Int }`)
    const { definitions } = parse('query ($input: Node) { node(input: $input) }')
    expect(() =>
      compileVariableDefaults(nested, (definitions[0] as OperationDefinitionNode).variableDefinitions ?? []),
    ).toThrow('Node holds itself')
  })
})
