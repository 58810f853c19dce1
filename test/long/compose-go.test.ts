import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { loadInComposeGo } from '../support/compose-go.js'
import { composeParts } from '../support/compose-parts.js'
import { composeDocuments } from '../support/compose-documents.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { itUnless, withoutGo } from '../support/skip.js'

const DOCUMENTS = 500
const SEED = 20_261_130

/** Differences that stay. The pattern matches each of our issues, or the error of the reference implementation. */
const REASONS: readonly { kind: 'refused' | 'accepted'; pattern: RegExp; reason: string }[] = [
  { kind: 'refused', pattern: /image/, reason: 'A template names an image. The loader leaves its name to the engine.' },
  { kind: 'refused', pattern: /must be a port or a range/, reason: 'The loader leaves exposed ports to the engine.' },
  { kind: 'refused', pattern: /dollar sign/, reason: 'A hash of a password loses characters without an error.' },
  {
    kind: 'refused',
    pattern: /configs\.app requires a source/,
    reason: 'A config that is not external has no content.',
  },
  { kind: 'refused', pattern: /must be (?:a number|a size)/, reason: 'Numbers with underscores are read by Go alone.' },
  {
    kind: 'accepted',
    pattern: /no such file/,
    reason: 'A file that a template cannot contain is a warning for the reviewer.',
  },
  { kind: 'accepted', pattern: /group_add/, reason: 'The schema of the specification accepts fractions as groups.' },
  {
    kind: 'accepted',
    pattern: /undefined (?:secret|config) : |cannot extend service|missing IP/,
    reason: 'A variable decides, and none of the values of the comparison is valid there.',
  },
]

/** `npm run test:long -- compose-go`: the reference implementation of Compose and our checker accept the same documents. */
describe('Checker of definitions beside compose-go', () => {
  itUnless(withoutGo())(`accepts what it loads, in ${DOCUMENTS} generated documents`, async () => {
    const random = createSeededRandom(SEED)
    const documents = composeDocuments(() => random.next(), DOCUMENTS)
    const parts = composeParts()
    // JSON is YAML.
    const texts = [...documents.map((document) => JSON.stringify(document)), ...parts.map(({ document }) => document)]
    const all = await loadInComposeGo(texts)
    expect(all).toHaveLength(DOCUMENTS + parts.length)
    expect(all.slice(DOCUMENTS).map(({ loads }, index) => [parts[index]!.part, loads])).toEqual(
      parts.map(({ part, loads }) => [part, loads]),
    )
    const answers = all.slice(0, DOCUMENTS)
    // The documents are of both kinds, and none of them crashes the loader.
    expect(answers.filter(({ loads }) => loads).length).toBeGreaterThan(DOCUMENTS / 4)
    expect(answers.filter(({ loads }) => !loads).length).toBeGreaterThan(DOCUMENTS / 4)
    expect(answers.filter(({ error }) => error?.startsWith('panic'))).toEqual([])
    const unexplained = answers.flatMap(({ loads, error = '' }, index) => {
      const checked = checkDefinition(documents[index])
      if ((checked.kind === 'valid') === loads) return []
      const reasons = checked.kind === 'invalid' ? checked.issues.map(({ message }) => message) : [error]
      const known = REASONS.find(
        ({ kind, pattern }) => (kind === 'refused') === loads && reasons.every((text) => pattern.test(text)),
      )
      return known ? [] : [{ document: JSON.stringify(documents[index]), reasons }]
    })
    expect(unexplained).toEqual([])
  })
})
