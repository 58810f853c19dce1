import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { DenialCode } from './denial-code.js'
import { field, interfaceType } from './decorators.js'
import { DENIAL_CODE, DENIAL_MESSAGE } from './descriptions.js'

/** An expected denial. Imports nothing that implements it. */
@interfaceType('An expected refusal with a code, an explanation and remedies.')
export abstract class Denial {
  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string

  /** The denial as services return it, from which a resolver derives `remedies`. */
  source!: DenialValue
}
