import { LANGUAGES } from '#entities/kernel/language.js'
import { mailLocale } from '#services/kernel/mail/mail-texts.js'
import { messagesOf, type MessageName } from '#services/kernel/text/say.js'
import { SAMPLE_MAILS } from '#test/support/sample-mails.js'

/** Lines that are the same in another language: addresses, and words of other people. */
const SAME = /^$|https?:\/\/\S+$|^> /

describe('Mails', () => {
  it('have a sample of each kind', () => {
    const sampled = new Set(SAMPLE_MAILS.flatMap(({ messages }) => messages()))
    const subjects = Object.keys(messagesOf('EN')).filter((name) => name.endsWith('.subject'))
    expect(subjects.length).toBeGreaterThan(20)
    expect(subjects.filter((name) => !sampled.has(name as MessageName))).toEqual([])
  })

  it.each(SAMPLE_MAILS)('are translated, with what they name: $name', ({ write }) => {
    const english = write('EN')
    const lines = (text: string) => text.split('\n').filter((line) => !SAME.test(line))
    for (const language of LANGUAGES) {
      const { subject, text, html, language: written } = write(language)
      expect(written).toBe(language)
      expect(`${subject}${text}${html}`).not.toMatch(/undefined|null|NaN|\[object|Invalid/)
      // Money as in the locale, never as a code.
      expect(text).not.toMatch(/USD|\d{4}-\d\d-\d\d/)
      if (language === 'EN') continue
      expect(subject).not.toBe(english.subject)
      expect(lines(text).filter((line) => lines(english.text).includes(line))).toEqual([])
      expect(text.split('\n').length).toBe(english.text.split('\n').length)
      for (const name of ['Plus', 'AI credits', 'Northwind Labs', 'ann@example.com'])
        expect([name, text.includes(name) || subject.includes(name)]).toEqual([
          name,
          english.text.includes(name) || english.subject.includes(name),
        ])
    }
  })

  it('write dates, numbers and money as the readers of the language do', () => {
    const texts = LANGUAGES.map((language) =>
      SAMPLE_MAILS.find(({ name }) => name === 'negotiated price ending')!
        .write(language)
        .text.replaceAll(/\s/g, ' '),
    )
    const [english, german, spanish] = texts as [string, string, string]
    expect(english).toContain('$1,234.50 a month.')
    expect(english).toContain('$1,234.50 every 6 months')
    expect(german).toContain('1.234,50 $ pro Monat.')
    expect(german).toContain('1.234,50 $ alle 6 Monate')
    expect(spanish).toContain('1234,50 US$ por mes.')
    expect(spanish).toContain('1234,50 US$ cada 6 meses')
  })

  it.each(SAMPLE_MAILS)('do not begin with their title again: $name', ({ write }) => {
    for (const language of LANGUAGES) {
      const { subject, text } = write(language)
      const words = (line: string) => line.toLowerCase().split(/[\s.,:]+/)
      const [first] = text.split('\n')
      const repeated = words(subject).filter((word) => word.length > 3 && words(first!).includes(word))
      expect([subject, first, repeated.length / words(subject).length > 0.6]).toEqual([subject, first, false])
    }
  })

  it('list what a receipt is for, with the discount, the tax, the sum and the payment method', () => {
    const { text, html } = SAMPLE_MAILS.find(({ name }) => name === 'receipt')!.write('EN')
    expect(text.replaceAll('\u2009', ' ').split('\n').slice(2, 14)).toEqual([
      '2 × Plus: $1,000.00',
      'Backups: $150.00',
      'Discount: -$112.61',
      'Subtotal: $1,037.39',
      'Tax: $197.11',
      'Paid: $1,234.50',
      'Period: February 1 – March 1, 2026',
      'Payment method: Visa •••• 4242',
      'Date: February 1, 2026',
      'Receipt number: 8C1M4RZ7TQ-0001',
      '',
      'View the receipt: https://app.example/billing',
    ])
    expect(html).toContain('<tr class="sum"><td class="name">Paid</td>')
  })

  it('name the page of the card next to the unpaid invoice', () => {
    const { text, html } = SAMPLE_MAILS.find(({ name }) => name === 'payment failed')!.write('EN')
    expect(text).toContain('Pay the invoice: https://app.example/billing\nChange card: https://app.example/\n')
    expect(html).toContain('<a class="other" href="https://app.example/">Change card</a>')
    expect(text).toContain('On March 1, 2026 (UTC), Plus is suspended if the invoice is still unpaid.')
  })

  it('have the token of an invitation below the button', () => {
    const { text, html } = SAMPLE_MAILS.find(({ name }) => name === 'invitation')!.write('EN')
    for (const written of [text, html])
      expect(written.indexOf('Token of the invitation')).toBeGreaterThan(written.indexOf('Accept the invitation'))
  })

  it.each([
    [null, null, 'en-US'],
    ['DE', null, 'de'],
    ['DE', 'de-CH', 'de-CH'],
    ['DE', 'es-MX', 'de'],
    ['EN', 'de', 'en-US'],
    [null, 'es-MX', 'es-MX'],
    [null, 'fr-FR', 'en-US'],
    ['ES', 'fr-FR', 'es'],
  ] as const)('are in the language of the person before that of the account: %s, %s', (person, account, locale) =>
    expect(mailLocale(person, account)).toBe(locale),
  )
})
