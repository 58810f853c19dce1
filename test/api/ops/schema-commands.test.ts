import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildASTSchema, parse, specifiedRules, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import * as exported from '@stackgate/client/documents'
import { errorsOfDocument } from '#schema/check-document.js'
import { schemaChanges } from '#schema/schema-changelog.js'
import { checkDocuments, printChangelog } from '#startup/schema-commands.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { runCommand } from '#test/support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'stackgate-schema-'))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const manifest = file(
  'manifest.json',
  JSON.stringify({
    good: 'query Plans { plans { code } }',
    removed: 'query Prices($id: ID!) { plans { code price } node(id: $id) { id } }',
    broken: 'query {',
  }),
)

describe('npm run schema -- check', () => {
  it('names each stored document that the schema breaks, with the error', () => {
    const lines: string[] = []
    expect(checkDocuments((line) => lines.push(line), [manifest])).toBe(2)
    expect(lines).toEqual([
      expect.stringMatching(
        /^Prices \(removed\): Plan\.price: Cannot query field "price" on type "Plan"\..* \(line 1, column 39\)$/,
      ),
      expect.stringMatching(/^invalid document \(broken\): Syntax Error: .* \(line 1, column 8\)$/),
      '1 of 3 documents are valid',
    ])
  })

  it.each([
    ['query A { plan { name } }', 'Query.plan(code:)'],
    ['query A($c: Int) { plan(code: $c) { name } }', 'Query.plan(code:)'],
    ['query A { plan(code: 1, at: 2) { name } }', 'Query.plan(code:)'],
    ['query A { plan(code: "x", at: 2) { name } }', 'Query.plan(at:)'],
    ['query A { template(by: { name: "x" }) { id } }', 'TemplateBy.name'],
    ['mutation A { createTeam(name: "x") { denial { code } } }', 'Mutation.createTeam(key:)'],
    ['query A { templates(orderBy: CHEAPEST) { nodes { id } } }', 'TemplateOrder.CHEAPEST'],
    ['query A { plans { ... on Shop { name } } }', 'Shop'],
    ['query A($x: Shop!) { plans { name @include(if: $x) } }', 'Shop'],
    ['query A { plans @cached { name } }', '@cached'],
    ['query A { plans { name @include(unless: true) } }', '@include(unless:)'],
    ['query A { plans { prices } }', 'Plan.prices'],
    ['query A { node(id: "x") { id ... on Plan { shop } } }', 'Plan.shop'],
  ])('names the coordinate of the change: %s', (text, coordinate) => {
    const lines: string[] = []
    checkDocuments((line) => lines.push(line), [file('one.json', JSON.stringify({ a: text }))])
    expect(lines.some((line) => line.startsWith(`A (a): ${coordinate}: `))).toBe(true)
  })

  it('names each part of the schema that a document of the client uses, if it is removed', () => {
    const sdl = parse(readFileSync('src/schema/schema.graphql', 'utf8'))
    const schema = buildASTSchema(sdl, { assumeValid: true, assumeValidSDL: true })
    const texts = Object.values(exported as Record<string, unknown>).flatMap((document) =>
      typeof document === 'object' ? [(document as { loc: { source: { body: string } } }).loc.source.body] : [],
    )
    /** Documents by the coordinates of their fields and arguments. */
    const users = new Map<string, string>()
    for (const text of texts) {
      const types = new TypeInfo(schema)
      const note = (name: string) => users.set(name, text)
      visit(
        parse(text),
        visitWithTypeInfo(types, {
          Field: ({ name }) =>
            name.value.startsWith('__') ? undefined : void note(`${types.getParentType()!.name}.${name.value}`),
          Argument: ({ name }) =>
            types.getDirective()
              ? undefined
              : void note(`${types.getParentType()!.name}.${types.getFieldDef()!.name}(${name.value}:)`),
        }),
      )
    }
    const random = createSeededRandom(7)
    const used = [...users].filter(() => random.next() < 40 / users.size)
    expect(used.length).toBeGreaterThan(20)
    for (const [coordinate, text] of used) {
      const [, type, field, argument] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate)!
      const rest = visit(sdl, {
        ObjectTypeDefinition: (node) => (node.name.value === type ? undefined : false),
        InterfaceTypeDefinition: (node) => (node.name.value === type ? undefined : false),
        FieldDefinition: (node) => (node.name.value !== field ? false : argument === undefined ? null : undefined),
        InputValueDefinition: (node) => (node.name.value === argument ? null : undefined),
      })
      const changed = buildASTSchema(rest, { assumeValid: true, assumeValidSDL: true })
      const errors = errorsOfDocument(changed, text, specifiedRules)
      expect([coordinate, errors.filter((error) => error.startsWith(`${coordinate}: `)).length > 0]).toEqual([
        coordinate,
        true,
      ])
    }
  })

  it('has the exit code 1 if there is one', async () => {
    const valid = file('valid.json', JSON.stringify({ good: 'query Plans { plans { code } }' }))
    const [bad, good] = await Promise.all([
      runCommand('print-schema', ['check', manifest], {}),
      runCommand('print-schema', ['check', valid], {}),
    ])
    expect([bad.code, bad.stdout.trim().split('\n').length]).toEqual([1, 3])
    expect([good.code, good.stdout.trim()]).toEqual([0, '1 of 1 documents are valid'])
  })
})

describe('npm run schema -- changelog', () => {
  const older = `
    type Query { plan(code: ID!): Plan old: Int }
    type Plan { code: ID! "Text." name: String! }
    enum Kind { A }`
  const newer = `
    type Query { plan(code: ID!, at: String): Plan old: Int @deprecated(reason: "Use plan. Removed after 2027-01-01.") }
    type Plan { code: ID! "Another text." name: String rank: Int }
    enum Kind { A B }`

  it('sorts the changes by their effect on clients', async () => {
    const changes = await schemaChanges(older, newer)
    const sections = [...changes.matchAll(/^### (.*)$/gm)].map(([, title]) => title)
    expect(sections).toEqual(['Breaking changes', 'Changes that can affect clients', 'Other changes'])
    const [, breaking = '', dangerous = '', other = ''] = changes.split(/^### .*$/m)
    expect(breaking).toContain('- `Plan.name`: ')
    expect(dangerous).toContain('- `Kind.B`: ')
    for (const path of ['Plan.rank', 'Query.old']) expect(other).toContain(`- \`${path}`)
    expect(changes).not.toContain('Another text')
    expect(await schemaChanges(newer, newer)).toBe('No changes.')
  })

  it('adds a release to the page of changes once', async () => {
    const page = file('schema.md', readFileSync('docs/changelog/schema.md', 'utf8'))
    const earlier = file(
      'old.graphql',
      readFileSync('src/schema/schema.graphql', 'utf8').replace('  plans(', '  planList('),
    )
    const lines: string[] = []
    await printChangelog((line) => lines.push(line), earlier, { release: '1.1.0', page })
    expect(lines).toEqual([page])
    expect(readFileSync(page, 'utf8')).toMatch(
      /## 1\.1\.0\n\n### Breaking changes\n\n- `Query\.planList`: [^]*`Query\.plans`/,
    )
    await expect(printChangelog(() => undefined, earlier, { release: '1.1.0', page })).rejects.toThrow(
      'The page has a release 1.1.0 already',
    )
  })
})
