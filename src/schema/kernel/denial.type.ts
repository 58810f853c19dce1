import { DenialCode } from './denial-code.js'
import { field, interfaceType } from './decorators.js'
import { Remedy } from './remedy.type.js'

/** An expected refusal. Imports nothing that implements it. */
@interfaceType('An expected refusal: what was refused, why, and what would lift it.')
export abstract class Denial {
  @field('The reason, for a program.', () => DenialCode)
  code!: DenialCode

  @field('Plain text for a person.', () => String)
  message!: string

  @field('What would lift it, cheapest first; empty when nothing that the caller can do would.', () => [Remedy])
  remedies!: Remedy[]
}
