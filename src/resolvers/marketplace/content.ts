import type { Moves } from '../kernel/mutation.js'

/** A mutation that describes a template or a vendor. */
export const CONTENT: Moves = { nothing: 'describes a template, and grants and sells nothing' }
