import type { Context } from '../kernel/context/context.js'
import { every, type Background } from '../kernel/housekeeping/every.js'
import { countInstalls } from './counts/note-install.js'

/** What the marketplace does by the machine clock. Safe in several processes at once. */
export const startMarketChores = (context: Context): Background =>
  every(context, 1_000, 'installs', () => countInstalls(context))
