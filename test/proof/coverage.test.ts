import { existsSync, readFileSync } from 'node:fs'
import { allOperations } from '#modules/all-declarations.js'
import { mutationCards } from '#test/support/mutation-cards.js'
import { MUTATIONS, operationOf, operationsBy, ROUTES } from '#proof/api-coverage/operations.js'

/** Routes of the page, which another test compares with those that are served. */
const routes = [...readFileSync('docs/rest-api.md', 'utf8').matchAll(/`((?:POST|PUT|PATCH|DELETE) \/[^`]+)`/g)].map(
  ([, route]) => route!,
)

describe('coverage table of the proof', () => {
  it('has a row for every mutation that moves something, and every route that is not a GET and runs no operation of GraphQL', () => {
    const moving = [...mutationCards].filter(([, { moves }]) => typeof moves === 'string').map(([name]) => name)
    expect(Object.keys(MUTATIONS).toSorted()).toEqual(moving.toSorted())
    const shared = new Set(allOperations.map(({ path }) => `POST ${path}`))
    expect(Object.keys(ROUTES).toSorted()).toEqual(
      [...new Set(routes)].filter((route) => !shared.has(route)).toSorted(),
    )
  })

  it('names a test for every operation that does not take part', () => {
    const tests = Object.values({ ...MUTATIONS, ...ROUTES }).flatMap((one) => ('test' in one ? [one.test] : []))
    expect(tests.filter((path) => !existsSync(path))).toEqual([])
    expect(tests.length).toBeGreaterThan(10)
  })

  it('finds the row of a recorded call', () => {
    expect(operationOf('consume')).toBe('consume')
    expect(operationOf('POST /api/v1/commands/abc/cmd_1/cancel')).toBe('POST /api/v1/commands/{hash}/{id}/cancel')
    expect(operationOf('GET /health/live')).toBeNull()
    expect(operationsBy('customers')).toContain('changePlan')
    expect(operationsBy('tenants').length).toBeGreaterThan(35)
  })
})
