import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { composeParts } from '#test/support/compose-parts.js'

describe('The page about compose files', () => {
  const parts = composeParts()

  it('has rows of each kind', () => {
    expect(parts.length).toBeGreaterThan(30)
    expect(new Set(parts.map(({ loads, isAccepted }) => `${loads} ${isAccepted}`))).toEqual(
      new Set(['true true', 'false false', 'true false']),
    )
  })

  it.each(parts.map((each) => [each.part, each] as const))('says what the check returns for %s', (_, each) => {
    const checked = checkDefinition(each.document)
    expect([each.document, checked.kind === 'valid']).toEqual([each.document, each.isAccepted])
  })
})
