import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { composeFacts } from '#test/support/compose-facts.js'

describe('The page about compose files', () => {
  const facts = composeFacts()

  it('has rows of each kind', () => {
    expect(facts.length).toBeGreaterThan(30)
    expect(new Set(facts.map(({ loads, isAccepted }) => `${loads} ${isAccepted}`))).toEqual(
      new Set(['true true', 'false false', 'true false']),
    )
  })

  it.each(facts.map((fact) => [fact.part, fact] as const))('says what the check returns for %s', (_, fact) => {
    const checked = checkDefinition(fact.document)
    expect([fact.document, checked.kind === 'valid']).toEqual([fact.document, fact.isAccepted])
  })
})
