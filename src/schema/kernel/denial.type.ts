import { DenialCode } from './denial-code.js'
import { field, interfaceType } from './decorators.js'
import { DENIAL_CODE, DENIAL_MESSAGE, REMEDIES } from './descriptions.js'
import { Remedy } from './remedy.type.js'

/** An expected denial. Imports nothing that implements it. */
@interfaceType('An expected refusal with a code, an explanation and remedies.')
export abstract class Denial {
  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string

  @field(REMEDIES, () => [Remedy])
  remedies!: Remedy[]
}
