import { readFileSync } from 'node:fs'
import { STRIPE_ROUTES } from '../../../sandbox/stripe/routes.js'

const byText = (one: string, other: string) => one.localeCompare(other)

describe("the sandbox's README", () => {
  it('lists exactly the routes that are implemented', () => {
    const readme = readFileSync(new URL('../../../sandbox/README.md', import.meta.url), 'utf8')
    const listed = [...readme.matchAll(/`((?:GET|POST|DELETE) \/v1\/[^`]+)`/g)].map((match) => match[1] ?? '')
    expect(listed.toSorted(byText)).toEqual(
      STRIPE_ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(byText),
    )
  })
})
