import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allResolvers } from '#resolvers/all-resolvers.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { printSortedSchema } from '#schema/print.js'
import { pending } from '../contract/schema/pending.js'
import { assertEverythingDescribed, compareWithContract, readContract } from '../support/schema-contract.js'

describe('the schema', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const printed = printSortedSchema(schema)

  it('equals the printed schema (npm run schema prints it again)', () => {
    expect(readFileSync(join(process.cwd(), 'src/schema/schema.graphql'), 'utf8')).toBe(printed)
  })

  it('keeps the contract, apart from what is listed as pending', async () => {
    expect(await compareWithContract(await readContract(), printed, pending)).toEqual({ violations: [], settled: [] })
  })

  it('says something about itself everywhere', () => {
    expect(() => assertEverythingDescribed(schema)).not.toThrow()
  })
})
