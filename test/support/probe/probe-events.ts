import { ofAny, text } from '#services/kernel/outbox/event-data/define-event-data.js'

export const probeEvents = {
  'probe.ran': ofAny('ProbeRanData', 'the job of the probe ran', { greeting: text() }),
} as const

type ProbeEvents = typeof probeEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends ProbeEvents {}
}
