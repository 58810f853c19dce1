import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GraphQLEnumType } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { CommandStatus } from '#schema/deployments/command.type.js'
import { codeInfo, DENIAL_CODES, ERROR_CODES } from '#services/kernel/codes/codes.js'

describe('table of codes', () => {
  const denials = Object.keys(DENIAL_CODES).toSorted()

  it("contains exactly the denials of the schema's DenialCode", () => {
    const type = buildGraphQLSchema(allResolvers).getType('DenialCode') as GraphQLEnumType
    expect(denials).toEqual(
      type
        .getValues()
        .map(({ name }) => name)
        .toSorted(),
    )
  })

  it('contains each code once, with a valid HTTP status and a text', () => {
    // A feature is denied as not found, each of several for itself; an object that is not found is an error.
    expect(Object.keys(ERROR_CODES).filter((code) => code in DENIAL_CODES)).toEqual(['NOT_FOUND'])
    expect(ERROR_CODES.NOT_FOUND).toEqual(DENIAL_CODES.NOT_FOUND)
    for (const [code, { status, text }] of Object.entries({ ...DENIAL_CODES, ...ERROR_CODES })) {
      expect([code, status === 200 || (status >= 400 && status < 600)]).toEqual([code, true])
      expect([code, text.length > 3]).toEqual([code, true])
    }
    expect(codeInfo('INSUFFICIENT_PLAN')).toEqual({ status: 402, text: 'Insufficient plan' })
  })

  it('is documented in docs/errors.md with every code and status', () => {
    const page = readFileSync(join(process.cwd(), 'docs/errors.md'), 'utf8')
    const [, section = ''] = page.split(/^## Codes$/m)
    const rows = [...section.split(/^## /m)[0]!.matchAll(/^\| *`([A-Z_]+)` *\| *(\d{3}) *\|/gm)]
    const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))
    expect(documented).toEqual(
      Object.fromEntries(
        Object.entries({ ...DENIAL_CODES, ...ERROR_CODES }).map(([code, { status }]) => [code, status]),
      ),
    )
    expect(rows).toHaveLength(Object.keys(documented).length)
  })
})

describe('REST statuses of commands', () => {
  it('are in docs/agents.md next to those of the legacy server', () => {
    const [, section = ''] = readFileSync('docs/agents.md', 'utf8').split(
      '| here, over REST | the older server | meaning |',
    )
    const rows = section.split('\n\n')[0]!.split('\n')
    const documented = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, word]) => word!),
    )
    const statuses = Object.values(CommandStatus).map((status) => status.toLowerCase())
    expect(documented.toSorted()).toEqual(statuses.toSorted())
  })
})
