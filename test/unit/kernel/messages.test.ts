import { globSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { LANGUAGES } from '#entities/kernel/language.js'
import { messagesOf, sayIn, type MessageName } from '#services/kernel/text/say.js'

type Part = ReturnType<IntlMessageFormat['getAst']>[number]

const names = Object.keys(messagesOf('EN')) as MessageName[]

/** Arguments of a message, and the choices that it makes by them. */
function argumentsOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    // A text has the type 0, whose name is not exported.
    if (!('value' in part) || part.type === (0 as typeof part.type)) return []
    const options = 'options' in part ? Object.values(part.options) : []
    return [
      'options' in part ? `${part.value}: ${Object.keys(part.options).toSorted().join(', ')}` : part.value,
      ...options.flatMap(({ value }) => argumentsOf(value)),
    ]
  })
}

const argumentsIn = (message: string) => [
  ...new Set(argumentsOf(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst())),
]

describe('Messages of mails and receipts', () => {
  it('are sorted by name, and each is in every language', () => {
    for (const language of LANGUAGES) expect(Object.keys(messagesOf(language))).toEqual(names)
    const mails = names.map((name) => name.replace(/\.(subject|\d)$/, ''))
    expect(mails).toEqual(mails.toSorted())
  })

  it.each(names)('have the same arguments in every language: %s', (name) => {
    const [english, ...others] = LANGUAGES.map((language) => argumentsIn(messagesOf(language)[name]).toSorted())
    for (const other of others) expect(other).toEqual(english)
  })

  it('are used', () => {
    const literals = globSync('src/services/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'([\w.]+)'|`([\w.]+\.\$\{[^`]+\})`/g)].map(([, plain, built]) =>
        plain ? plain.replaceAll('.', '\\.') : built!.replaceAll('.', '\\.').replace(/\$\{.+\}$/, '[\\w ]+'),
      ),
    )
    const used = new RegExp(`^(?:${[...new Set(literals)].join('|')})$`)
    const unused = names.filter((name) => !used.test(name) && !used.test(name.replace(/\.(subject|\d)$/, '')))
    expect(unused).toEqual([])
  })

  it('show values as they are', () => {
    const values = { inviter: "{x} <b>'", account: '#', role: 'ADMIN' }
    expect(sayIn('en-US')('invitation.subject', values)).toBe("{x} <b>' invites you to #")
  })

  it('are in English for other languages', () => expect(sayIn('fr')('row.paid')).toBe(messagesOf('EN')['row.paid']))
})
