import { framedMail, renderMail } from '#services/kernel/mail/mail-template.js'
import { writerIn } from '#services/kernel/text/readable.js'

const HOSTILE = 'Ann</h1><script>alert(1)</script>\r\nBcc: eve@example.com'
const colors = { text: '#115e59', filled: '#0f766e' }
const frame = { name: 'Acme', logo: null, address: '1 Main Street, Springfield', light: colors, dark: colors }
const action = 'Pay the invoice'
const url = 'https://pay.example/in_1?a=1&b=2'
const to = { url, reason: 'PAYER' } as const
const reason = 'You receive this because the account has this address for its payments.'

describe('A mail', () => {
  it('says the same as plain text and as HTML, in the frame of the seller', () => {
    const content = renderMail(
      'EN',
      writerIn('en'),
      { subject: 'Pay by Friday', paragraphs: ['The payment failed.'], details: [['Amount', '$20.00']], action },
      to,
    )
    const { subject, text, html } = framedMail(content, frame)
    expect(subject).toBe('Pay by Friday')
    expect(text).toBe(
      `The payment failed.\n\nAmount: $20.00\n\nPay the invoice: https://pay.example/in_1?a=1&b=2\n\n${reason}\n\n-- \nAcme\n1 Main Street, Springfield\n`,
    )
    for (const part of [
      '<html lang="en">',
      '<title>Pay by Friday</title>',
      '<h1>Pay by Friday</h1>',
      'The payment failed.',
      '$20.00',
      'Acme',
      '1 Main Street',
      reason,
      '<span class="mark" aria-hidden="true">A</span>',
    ])
      expect(html).toContain(part)
    expect(html.match(/href="https:\/\/pay\.example\/in_1\?a=1&amp;b=2"/g)).toHaveLength(2)
    expect(html).toContain('background: #0f766e')
    expect(html).toContain('prefers-color-scheme: dark')
  })

  it('shows the logo with the name of the seller as its text', () => {
    const content = renderMail('DE', writerIn('de'), { subject: 'Hallo', paragraphs: [], action }, to)
    const { html } = framedMail(content, { ...frame, logo: 'https://acme.example/logo.png' })
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('<img src="https://acme.example/logo.png" alt="Acme" height="32">')
    expect(html).not.toContain('class="mark"')
  })

  it('contains names from outside as text alone', () => {
    const content = renderMail(
      'EN',
      writerIn('en'),
      {
        subject: HOSTILE,
        paragraphs: [HOSTILE, { quote: HOSTILE }],
        details: [[HOSTILE, HOSTILE]],
        action: HOSTILE,
        other: HOSTILE,
        note: HOSTILE,
      },
      { ...to, url: 'https://x.example/"><script>', otherUrl: 'https://x.example/"><script>' },
    )
    const { subject, text, html } = framedMail(content, { ...frame, name: HOSTILE, address: HOSTILE })
    expect(html).not.toContain('<script>')
    expect(subject).not.toMatch(/[\r\n]/)
    expect(text).not.toMatch(/^Bcc:/m)
  })
})
