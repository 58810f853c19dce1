import { checkEndpoint } from '#services/identity/webhooks/check-endpoint.js'
import { readConfig } from '#services/kernel/config/config.js'
import { allDeclared } from '#modules/all-declarations.js'
import { webhookEvents } from '#services/kernel/outbox/event-data/events.js'

const config = readConfig({})
const TYPES = webhookEvents(allDeclared.events).map(([type]) => type)
const messagesOf = (...types: string[]): string[] =>
  checkEndpoint({ config, declared: allDeclared }, null, { types }).issues.map(({ message }) => message)

/** Slips of the finger: a letter doubled, left out or exchanged, for each place of a type. */
const slips = (type: string): string[] =>
  type.split('').flatMap((letter, at) => {
    const [before, after] = [type.slice(0, at), type.slice(at + 1)]
    return /[a-z]/.test(letter) ? [before + letter + letter + after, before + after, `${before}q${after}`] : []
  })

describe('event types of a webhook endpoint', () => {
  it('are every type that is delivered, every group, and all', () => {
    const groups = new Set(TYPES.map((type) => `${type.split('.')[0]}.*`))
    for (const type of [...TYPES, ...groups, '*', 'webhook.test']) expect([type, messagesOf(type)]).toEqual([type, []])
  })

  it('are refused with a similar name if no event has them', () => {
    const wrong: unknown[] = []
    for (const [index, type] of TYPES.entries())
      // Another place in each type.
      for (const slip of slips(type).slice(3 * (index % 8), 3 * (index % 8) + 3)) {
        if (TYPES.includes(slip) || slip.startsWith('.') || slip.endsWith('.')) continue
        const [message, ...more] = messagesOf('*', slip)
        const [, suggested] = / Did you mean ([a-z_.*]+)\?$/.exec(message ?? '') ?? []
        const isRight = suggested === type || TYPES.includes(suggested ?? '')
        if (more.length > 0 || !message?.startsWith(`types.1: no event has the type '${slip}'.`) || !isRight)
          wrong.push([type, slip, message])
      }
    expect(wrong).toEqual([])
  })

  it('are refused without a name if none is similar', () => {
    expect(messagesOf('zebra.crossed', 'zebra.*')).toEqual([
      "types.0: no event has the type 'zebra.crossed'.",
      "types.1: no event has the type 'zebra.*'.",
    ])
  })
})
