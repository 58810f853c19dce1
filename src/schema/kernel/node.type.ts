import { ID } from 'type-graphql'
import { field, interfaceType } from './decorators.js'
import { OBJECT_ID } from './descriptions.js'

/** An object with an ID. Imports nothing that implements it, because interfaces are evaluated while files load. */
@interfaceType('An object that can be loaded by its ID with `node(id:)`.')
export abstract class Node {
  @field(OBJECT_ID, () => ID)
  id!: string
}
