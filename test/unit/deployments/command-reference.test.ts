import { readFileSync } from 'node:fs'
import { commandReference } from '#test/support/command-reference.js'

describe('docs/agents.md', () => {
  const text = readFileSync('docs/agents.md', 'utf8')

  it('has the field reference of every command of the registry', () => {
    const [, written = ''] = /<!-- commands -->\n([\s\S]*?)\n<!-- \/commands -->/.exec(text) ?? []
    expect(written.trim()).toBe(commandReference().trim())
  })

  it('covers registration, authentication and dashboards', () => {
    for (const heading of [
      '## Registering an agent',
      '## Authentication',
      '## Dashboards',
      '## The compose agent',
      '## Redaction',
    ])
      expect(text).toContain(heading)
  })
})
