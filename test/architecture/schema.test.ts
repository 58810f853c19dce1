import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allResolvers } from '#resolvers/all-resolvers.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { printSortedSchema } from '#schema/print.js'
import { assertEverythingDescribed, compareWithContract, readContract } from '../support/schema-contract.js'

describe('schema', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const printed = printSortedSchema(schema)

  it('equals the printed schema (npm run schema prints it again)', () => {
    expect(readFileSync(join(process.cwd(), 'src/schema/schema.graphql'), 'utf8')).toBe(printed)
  })

  it('fulfills the contract', async () => {
    expect(await compareWithContract(await readContract(), printed)).toEqual([])
  })

  it('has a description for everything', () => {
    expect(() => assertEverythingDescribed(schema)).not.toThrow()
  })
})
