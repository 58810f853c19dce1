import { z } from 'zod'
import { setting, type ValuesOf } from '#services/kernel/config/module-settings.js'

export const probeSettings = {
  /** Text that the job publishes and the page shows. */
  PROBE_GREETING: setting(z.string().max(20, 'expected at most 20 characters'), 'hello'),
} as const

type ProbeSettings = ValuesOf<typeof probeSettings>

declare module '#services/kernel/config/module-settings.js' {
  interface Settings extends ProbeSettings {}
}
