import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schemaChanges } from '#schema/schema-changelog.js'
import { checkDocuments, printChangelog } from '#startup/schema-commands.js'
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
  it('names each stored document that the schema breaks, with the error [AP-B7]', () => {
    const lines: string[] = []
    expect(checkDocuments((line) => lines.push(line), [manifest])).toBe(2)
    expect(lines).toEqual([
      expect.stringMatching(
        /^Prices \(removed\): Cannot query field "price" on type "Plan"\..* \(line 1, column 39\)$/,
      ),
      expect.stringMatching(/^invalid document \(broken\): Syntax Error: .* \(line 1, column 8\)$/),
      '1 of 3 documents are valid',
    ])
  })

  it('has the exit code 1 if there is one [AP-B7]', async () => {
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

  it('sorts the changes by their effect on clients [AP-B8]', async () => {
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

  it('adds a release to the page of changes once [AP-B8]', async () => {
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
